"""What strangers hand in as a report harms nobody who checks it."""

import dataclasses
import zlib

import pytest

from api.dossier import (
    RUBRIC,
)
from api.verifying import confined
from api.verifying.checking import check
from api.verifying.opening import NotOursError
from reports.renderer import render_pdf
from rubrics.problems import InputError
from tests.api.verifying.making import (
    changed,
    printed,
    summary,
    with_manifest,
)


@pytest.mark.parametrize(
    "name", ["../../evil.yaml", "/etc/evil", "criteria/../../x.yaml", "words/xx/y.yaml"]
)
def test_a_rubric_of_a_stranger_writes_nowhere_else(files, scored, tmp_path, name):
    inside = tmp_path / "inside"
    inside.mkdir()
    forged = with_manifest(changed(files, RUBRIC, lambda r: r["files"].update({name: "x: 1"})))

    with pytest.raises(NotOursError, match="part_unreadable"):
        check(printed(summary(scored), forged), folder=inside)

    assert [path.name for path in tmp_path.iterdir()] == ["inside"]


@pytest.mark.parametrize(
    "content",
    [b"", b"x", b"%PDF-1.7\n%%EOF", b"%PDF-1.7 " + b"[" * 100_000, b"\x00" * 5_000],
    ids=["empty", "text", "bare", "brackets", "zeros"],
)
def test_what_is_no_pdf_is_called_so(checked, content):
    with pytest.raises(NotOursError, match=r"report\.no_pdf"):
        checked(content)


def test_a_pdf_of_somebody_else_is_no_report_of_ours(checked, pdfs, scored):
    with pytest.raises(
        NotOursError, match=r"report\.carries_none manifest\.json, submission\.json"
    ):
        checked(render_pdf(summary(scored)))


def bomb() -> bytes:
    """A PDF whose attachment is a gigabyte once it is unpacked."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(10_000_000)) for _ in range(100)) + packer.flush()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R/AF[3 0 R]>>",
        b"<</Type/Pages/Kids[]/Count 0>>",
        b"<</Type/Filespec/UF(manifest.json)/EF<</F 4 0 R>>>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(packed), packed),
    ]
    body, offsets = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj%b endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(body)
    return (
        body
        + b"xref\n0 5\n0000000000 65535 f \n"
        + table
        + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start
    )


def test_a_file_made_to_eat_memory_is_given_up():
    with pytest.raises(InputError, match=r"cannot be read as a PDF|within the limits"):
        confined.verify(bomb(), name="bomb.pdf")


def test_a_report_that_takes_too_long_to_check_is_given_up(pdf, monkeypatch):
    # A quick machine checks a whole report within the grace.
    monkeypatch.setattr(confined, "GRACE_SECONDS", 0)
    limits = dataclasses.replace(confined.LIMITS, document_seconds=0.05)

    with pytest.raises(InputError, match="within the limits of time and memory"):
        confined.verify(pdf, name="slow.pdf", limits=limits)
