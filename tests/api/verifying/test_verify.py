"""A report can be checked by whoever holds it: the same, different, or changed afterwards."""

import dataclasses
import io
import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pypdf
import pytest

from api.dossier import (
    RESULT,
    RUBRIC,
    SUBMISSION,
    dossier,
    submission_file,
)
from api.services import judge, score, tell, to_json
from api.teams import calendar_for, read_team
from api.verifying.opening import NotOursError, take_out
from assessment.cases import submission_of
from assessment.engine import assess
from assessment.results import Assessment, Lens, Verdict
from assessment.validation import validate
from reports.i18n import load_language
from rubrics.loader import load_rubric
from tests.api.verifying.making import (
    CITY,
    ROOT,
    changed,
    codes,
    printed,
    stricter,
    summary,
    with_manifest,
)
from tests.reports.examples import DAY, FOLDER, cases, demo_city, rubric

# --- the same -------------------------------------------------------------------------------------


def test_what_nobody_changed_is_the_same_down_to_the_pages(checked, pdf, scored):
    found = checked(pdf)

    assert found.outcome == "same"
    assert found.judge == "library"
    assert found.pages.state == "same"
    assert (found.faults, found.flips, found.parts) == ((), (), ())
    assert found.submission_digest == scored.assessment.submission.digest


def test_a_report_carries_its_result_to_the_byte(pdf, scored):
    assert take_out(pdf)[RESULT] == to_json(scored.assessment)


@pytest.mark.parametrize(("kind", "sprint"), [("report", "oct-2025"), ("session", None)])
def test_every_kind_is_the_same_with_its_team_sprint_and_earlier_result(
    checked, pdfs, tmp_path, kind, sprint
):
    (tmp_path / "team.yaml").write_text("days_per_week: 3\nwithout_roles: [legal]\n")
    team = read_team(tmp_path / "team.yaml")
    on = date(2025, 11, 20)
    path = FOLDER / "submissions" / "springfield-falls" / "submission.yaml"
    scored = score(str(path), on=on, team=team, calendar=calendar_for(sprint, team, on=on))
    since = demo_city("springfield-falls").assessment if kind == "session" else None
    report = tell(scored, load_language("pt"), kind=kind, since=since)
    carried = dossier(scored, report, paper="letter", since=since)

    found = checked(pdfs(report, paper="letter", attachments=carried))

    assert found.outcome == "same", found
    assert found.pages.state == "same"


def test_another_process_on_another_day_makes_and_finds_the_same_bytes(pdf, scored, tmp_path):
    """Another hash seed, another folder for temporary files, another time zone."""
    place = FOLDER / "submissions" / CITY / "submission.yaml"
    odd = tmp_path / "a folder"
    odd.mkdir()
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "42",
        "TMPDIR": str(odd),
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "PYTHONPATH": str(ROOT),
        "SOURCE_DATE_EPOCH": str(int(datetime(2025, 11, 3, 12, tzinfo=UTC).timestamp())),
    }
    command = [sys.executable, "-m", "api.cli"]

    subprocess.run(
        [*command, "score", str(place), "--kind", "summary", "--pdf", "made.pdf"],
        cwd=tmp_path, env=environment, check=True, capture_output=True,
    )  # fmt: skip
    done = subprocess.run(
        [*command, "verify", "made.pdf"],
        cwd=tmp_path, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip

    assert (tmp_path / "made.pdf").read_bytes() == pdf
    assert done.stdout.startswith("Same: what the report says comes out again, to the byte.")
    assert list(odd.iterdir()) == []


def test_every_submission_is_read_back_as_it_was():
    """What travels inside a report must come out the same for every answer that there can be."""
    for case in cases():
        submission = submission_of(rubric(), case)

        read_back = validate(rubric(), msgspec.json.decode(submission_file(submission)), {})

        assert read_back.digest == submission.digest, case["name"]
        assert assess(rubric(), read_back, on=DAY) == assess(rubric(), submission, on=DAY)


# --- flips ----------------------------------------------------------------------------------------


def test_one_byte_of_the_result_is_noticed(checked, files, scored):
    body = bytearray(files[RESULT])
    body[body.index(b"Rio Verde") + 4] ^= 1

    found = checked(printed(summary(scored), {**files, RESULT: bytes(body)}))

    assert found.outcome == "tampered"
    assert codes(found) == [("file.changed", RESULT)]


def test_a_result_that_can_no_longer_be_read_is_still_called_tampered(checked, files, scored):
    found = checked(printed(summary(scored), {**files, RESULT: b"{" + files[RESULT]}))

    assert found.outcome == "tampered"
    assert codes(found) == [("file.changed", RESULT)]


def test_a_forger_who_thinks_of_everything_cannot_make_the_engine_agree(checked, files, scored):
    """Result, manifest and pages all say that a criterion is met; only judging again tells."""
    said = next(c for c in scored.assessment.criteria if c.evidenced != Verdict.MET)
    number = scored.assessment.criteria.index(said)
    forged = with_manifest(
        changed(files, RESULT, lambda r: r["criteria"][number].update(evidenced="met"))
    )
    assessment = msgspec.json.decode(forged[RESULT], type=Assessment)

    found = checked(printed(summary(scored, assessment), forged))

    assert found.outcome == "different"
    assert [(f.about, f.lens, f.said, f.found) for f in found.flips] == [
        (said.id, Lens.EVIDENCED, Verdict.MET, said.evidenced)
    ]
    assert found.pages.state == "same"


def test_one_answer_is_noticed(checked, files, scored):
    name = next(iter(json.loads(files[SUBMISSION])["answers"]))
    forged = with_manifest(changed(files, SUBMISSION, lambda s: s["answers"].update({name: None})))

    found = checked(printed(summary(scored), forged))

    assert found.outcome == "tampered"
    assert codes(found) == [("submission.digest", SUBMISSION)]


def test_one_answer_with_every_digest_put_right_flips_its_verdicts(checked, files, scored):
    answers = json.loads(files[SUBMISSION])["answers"]
    name = next(
        r.id
        for c in scored.assessment.criteria
        for r in c.requirements
        if r.claimed == Verdict.MET and answers.get(r.id) is not None
    )
    forged = changed(files, SUBMISSION, lambda s: s["answers"].update({name: None}))
    digest = validate(rubric(), json.loads(forged[SUBMISSION]), {}).digest
    forged = changed(forged, RESULT, lambda r: r["submission"].update(digest=digest))
    forged = with_manifest(forged, submission_digest=digest)
    assessment = msgspec.json.decode(forged[RESULT], type=Assessment)

    found = checked(printed(summary(scored, assessment), forged))

    assert found.outcome == "different"
    assert (name, Lens.CLAIMED, Verdict.MET, Verdict.UNANSWERED) in [
        (f.about, f.lens, f.said, f.found) for f in found.flips
    ]


def test_one_threshold_of_the_rubric_inside_is_noticed(checked, files, scored):
    def change(carried: Any) -> None:
        body = carried["files"]["criteria/rdc7.yaml"]
        carried["files"]["criteria/rdc7.yaml"] = stricter(body)
        assert carried["files"]["criteria/rdc7.yaml"] != body

    found = checked(printed(summary(scored), with_manifest(changed(files, RUBRIC, change))))

    assert found.outcome == "tampered"
    assert codes(found) == [("rubric.digest", RUBRIC)]


def test_by_another_rubric_the_verdicts_that_turn_are_named(checked, pdf, stricter_rubric):
    found = checked(pdf, rubric=stricter_rubric)

    assert found.outcome == "different"
    assert found.judge == "given"
    assert found.judge_digest != found.rubric_digest
    assert found.flips
    assert found.faults == ()
    assert found.pages.state == "same"


def test_a_rubric_that_we_do_not_know_is_taken_from_the_report(
    checked, pdfs, scored, stricter_rubric
):
    own = judge(load_rubric(stricter_rubric), stricter_rubric, scored.submission, on=DAY)
    report = summary(own)

    found = checked(pdfs(report, attachments=dossier(own, report, paper="a4")))

    assert found.outcome == "same"
    assert found.judge == "embedded"


# --- the file -------------------------------------------------------------------------------------


def test_one_letter_of_a_page_is_noticed(checked, files, scored):
    report = dataclasses.replace(summary(scored), city="Rio Verde do Vala")

    found = checked(printed(report, files))

    assert found.outcome == "tampered"
    assert codes(found) == [("pages.changed", "")]


def test_what_is_added_behind_the_file_is_noticed(checked, pdf):
    writer = pypdf.PdfWriter(io.BytesIO(pdf), incremental=True)
    writer.add_metadata({"/Title": "Another title"})
    longer = io.BytesIO()
    writer.write(longer)
    assert longer.getvalue().startswith(pdf)

    found = checked(longer.getvalue())

    assert found.outcome == "tampered"
    assert codes(found) == [("pages.appended", "")]


def test_pages_of_another_version_are_not_compared_and_it_is_said(checked, files, scored):
    by = {"weasyprint": "71.0", "pydyf": "0.13.0", "layout": "0" * 64}

    found = checked(printed(summary(scored), with_manifest(files, printed_by=by)))

    assert found.outcome == "same"
    assert found.pages.state == "not_compared"
    assert "weasyprint 71.0" in found.pages.made_by


def test_a_file_that_was_slipped_in_or_left_out_is_noticed(checked, files, scored):
    slipped_in = {**files, "previous-result.json": files[RESULT]}

    assert codes(checked(printed(summary(scored), slipped_in))) == [
        ("file.unknown", "previous-result.json")
    ]
    with pytest.raises(NotOursError, match=f"carries_none {RUBRIC}"):
        checked(printed(summary(scored), {n: c for n, c in files.items() if n != RUBRIC}))
