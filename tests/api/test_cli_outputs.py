"""The command line writes what it was asked for, or says what is in the way."""

import pytest

from api.printing import Printers, PrintLimits
from reports.renderer import PdfUnavailableError


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--json", "nowhere/a.json"], "nowhere/a.json: There is no folder 'nowhere'."),
        (["--html", "folder"], "folder: 'folder' is a folder. Name a file in it."),
        (["--json", "a", "--html", "a"], "a: Two results would go to 'a'."),
        (["--json", "-", "--html", "-"], "-: Two results would go to '-'."),
        (["--json", "city.yaml"], "city.yaml: 'city.yaml' is what is being read."),
        (["--json", "a.json", "--html", "folder"], "folder: 'folder' is a folder."),
    ],
)
def test_a_place_where_nothing_can_be_written_is_named(readiness, small, tmp_path, words, said):
    (tmp_path / "folder").mkdir()
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}

    ended = readiness("score", "city.yaml", *words)

    assert ended.status == 2
    assert ended.err.startswith(said)
    assert ended.out == ""
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_a_pdf_that_cannot_be_made_is_said_and_nothing_is_written(
    readiness, small, tmp_path, monkeypatch
):
    def refuse(printers, job):
        raise PdfUnavailableError("Install Pango with: apt-get …")

    monkeypatch.setattr(Printers, "print", refuse)

    ended = readiness("score", "city.yaml", "--json", "a.json", "--pdf", "a.pdf")

    assert ended.status == 2
    assert ended.err == "a.pdf: No PDF can be made here. Install Pango with: apt-get …\n"
    assert list(tmp_path.iterdir()) == [small]


def test_a_report_that_takes_too_long_is_said_and_nothing_is_written(
    readiness, small, tmp_path, monkeypatch
):
    usual = Printers.__init__

    def in_a_hurry(self, workers, **options):
        usual(self, workers, limits=PrintLimits(wall_seconds=0.01), **options)

    monkeypatch.setattr(Printers, "__init__", in_a_hurry)

    ended = readiness("score", "city.yaml", "--json", "a.json", "--pdf", "a.pdf")

    assert ended.status == 2
    assert ended.err.startswith("a.pdf: The report was not ready after")
    assert list(tmp_path.iterdir()) == [small]
