"""Another edition on what the database holds: the same as on files, and no edition does harm."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from api.cohorts.choosing import cohort_named
from api.cohorts.comparing import LIMITS, compare_apart, unpacked_edition
from api.cohorts.gathering import submissions_now
from api.cohorts.impacting import impact_of_edition
from api.errors import NotAllowed, TooLarge
from api.evidence.worker.confinement import Limits
from api.exceptions import FaultError
from api.impact import compare_snapshots
from api.workspace.library import rubric_named
from assessment.results import Lens
from reports.i18n import load_language
from rubrics.loader import LIBRARY, rule_files
from rubrics.problems import InputError
from tests.api.cohorts.cities import RUBRIC
from tests.api.cohorts.conftest import DAY, Full

ENGLISH, SPANISH = load_language("en"), load_language("es")
SUBMISSION = b"rubric: wwc-2022\ncity: {name: Brought, country: CL}\nanswers: {rdc7-awards: 90}\n"


def edition(
    folder: str = "new/", changed: dict[str, tuple[str, str]] | None = None
) -> dict[str, bytes]:
    """Another edition: more has to be public."""
    files = {folder + name: text for name, text in rule_files(LIBRARY / RUBRIC).items()}
    changes = {
        "rubric.yaml": ('edition: "2022.1"', 'edition: "2026.1"'),
        "criteria/rdc7.yaml": ("check: {min: 80}", "check: {min: 95}"),
        **(changed or {}),
    }
    for name, (old, new) in changes.items():
        text = files[folder + name].decode()
        assert old in text
        files[folder + name] = text.replace(old, new, 1).encode()
    return files


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def refusal(content: bytes, **more: object) -> list[str]:
    """The codes of what is wrong with an edition."""
    told = {"old": RUBRIC, "on": DAY, "lens": Lens.EVIDENCED, "language": ENGLISH, **more}
    with pytest.raises(InputError) as raised:
        compare_apart(content, [], name="e.zip", **told)  # type: ignore[arg-type]  # told by name
    return [problem.code for problem in raised.value.problems]


def test_the_database_and_the_engine_say_the_same(full: Full, tmp_path: Path):
    database, staff, _ = full
    for name, content in edition("").items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    rubric = rubric_named(RUBRIC).rubric
    with database.read() as db:
        own = list(submissions_now(db, rubric, on=DAY, cohort=cohort_named("oct-2025.en")))

    found = impact_of_edition(
        database,
        staff,
        "oct-2025.en",
        io.BytesIO(zipped(edition())),
        name="e.zip",
        language=SPANISH,
    )

    here = compare_snapshots(str(tmp_path), own, old=RUBRIC, on=DAY, lens=Lens.EVIDENCED).impact
    assert found.impact == here
    assert 0 < len(found.impact.cities) < 30
    assert any(count.id == "rdc7-awards" and count.slipped for count in found.page.counts)
    assert "rdc7-awards" in {flip.id for city in found.page.cities for flip in city.flips}
    assert "Otro veredicto o nivel" in found.page.headline
    book = openpyxl.load_workbook(io.BytesIO(found.workbook))
    assert "Ciudades" in book.sheetnames


def test_other_submissions_can_be_brought(full: Full):
    database, staff, _ = full
    brought = {"a/submission.yaml": SUBMISSION, "b/submission.yaml": b"rubric: [", "c.txt": b"x"}

    def on(files: dict[str, bytes]) -> list[str]:
        found = impact_of_edition(
            database,
            staff,
            "all",
            io.BytesIO(zipped(edition())),
            name="e.zip",
            submissions=io.BytesIO(zipped(files)),
            lens=Lens.CLAIMED,
            language=ENGLISH,
        )
        return [f"{one.city} {one.flips[0].after}" for one in found.impact.cities]

    assert on({"a/submission.yaml": SUBMISSION}) == ["Brought not_met"]
    with pytest.raises(InputError) as raised:
        on(brought)
    assert str(raised.value.problems[0].place).startswith("b/submission.yaml:")


def test_who_may_compare(full: Full, monkeypatch: pytest.MonkeyPatch):
    database, staff, coach = full

    def compare(**more: object) -> None:
        told = {"who": staff, "cohort": "all", "edition": io.BytesIO(b"x"), **more}
        impact_of_edition(database, name="e.zip", language=ENGLISH, **told)  # type: ignore[arg-type]  # told by name

    with pytest.raises(NotAllowed):
        compare(who=coach)
    with pytest.raises(InputError, match="handed in"):
        compare(on=DAY - timedelta(days=900))
    monkeypatch.setattr("api.cohorts.impacting.MAX_EDITION", 0)
    with pytest.raises(TooLarge):
        compare()


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"a.txt": b"x"}, "edition.none"),
        ({"a/rubric.yaml": b"id: x", "b/rubric.yaml": b"id: y"}, "edition.several"),
        ({"../rubric.yaml": b"id: x"}, "batch.archive_name"),
        ({f"{n}.yaml": b"" for n in range(1_001)}, "batch.archive_too_large"),
        ({"rubric.yaml": b"0" * 20_000_001}, "batch.archive_too_large"),
    ],
    ids=["none", "several", "climbing", "many", "bomb"],
)
def test_an_archive_that_is_no_edition_is_refused(tmp_path: Path, files, code):
    (tmp_path / "edition.zip").write_bytes(zipped(files))

    with pytest.raises(InputError) as raised:
        unpacked_edition(tmp_path, "e.zip")

    assert raised.value.problems[0].code == code


def test_what_is_wrong_with_an_edition_is_told_by_its_place():
    broken = edition(changed={"criteria/rdc7.yaml": ("check: {min: 80}", "check: {mim: 80}")})

    with pytest.raises(InputError) as raised:
        compare_apart(
            zipped(broken),
            [],
            name="e.zip",
            old=RUBRIC,
            on=DAY,
            lens=Lens.EVIDENCED,
            language=ENGLISH,
        )

    assert str(raised.value.problems[0].place).startswith("criteria/rdc7.yaml:")


def test_an_edition_that_takes_more_than_an_edition_may_is_given_up():
    little = Limits(memory_bytes=50_000_000, document_seconds=LIMITS.document_seconds)

    assert refusal(zipped(edition()), limits=little) == ["edition.check_failed"]


def test_another_rubric_is_no_edition():
    other = edition(changed={"rubric.yaml": ("id: wwc-2022", "id: another")})

    assert refusal(zipped(other)) == ["edition.other_rubric"]


def test_one_comparison_at_a_time(full: Full):
    from api.cohorts import impacting

    database, staff, _ = full
    with impacting._busy, pytest.raises(FaultError) as raised:
        impact_of_edition(database, staff, "all", io.BytesIO(b""), name="e.zip", language=ENGLISH)

    assert raised.value.told.fault.status == 503
