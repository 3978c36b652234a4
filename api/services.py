"""The seven verbs, composed: what every door does with a submission, and none does by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

import msgspec

from api.dossier import dossier
from api.evidence.fetching import Progress
from api.submissions import Written, read_submission, read_written
from api.teams import known_team
from assessment.details import with_details
from assessment.engine import assess
from assessment.planning import Calendar, Team, agenda
from assessment.plans import Schedule
from assessment.results import Assessment, Finding
from assessment.submission import Submission
from reports.builder import CityKind, build
from reports.edition import Edition
from reports.i18n import Language
from reports.report import Report
from reports.session import SessionSheet
from reports.signed import Signed
from rubrics.loader import LIBRARY, load_rubric, load_words, rubric_folder
from rubrics.problems import InputError, Place, Problem, place_of, suggestion
from rubrics.schema import Rubric
from rubrics.sprint import Sprint
from rubrics.words import translate

if TYPE_CHECKING:
    from api.printing import Printers

ANY_TEAM = Team()
"""A team that sets nothing."""

DEFAULT_RUBRIC = "wwc-2022"

Format = Literal["json", "html", "pdf"]
Paper = Literal["a4", "letter"]


@dataclass(frozen=True, slots=True)
class Scored:
    """An assessment with the rubric it was judged by, its folder, and the plan's dates if asked.

    `submission`, `team` and `sprint` are what it was made from, so that others can make it again.
    `signed` says that a coach has signed it off.
    """

    assessment: Assessment
    rubric: Rubric
    folder: Path
    schedule: Schedule | None = None
    submission: Submission | None = None
    team: Team = ANY_TEAM
    sprint: Sprint | None = None
    signed: Signed | None = None


def score(
    name: str,
    *,
    rubric: str | None = None,
    on: date,
    trust_facts: bool = False,
    fetch_on: date | None = None,
    progress: Progress | None = None,
    team: Team = ANY_TEAM,
    calendar: Calendar | None = None,
) -> Scored:
    """Judges the submission in the file `name` (`-`: standard input) as of a day.

    `rubric` is one of the library or a folder; without it, the one that the submission names.
    Addresses are called only with `fetch_on`, the day of the call; `progress` hears how many have
    answered. The plan honours what the `team` sets. `InputError` lists everything that is wrong
    with any of them.
    """
    written = read_written(name)
    loaded, folder = rubric_for(written, rubric)
    known_team(loaded, team)  # says what is wrong with it before files are opened
    submission = read_submission(
        loaded, written, trust_facts=trust_facts, fetch_on=fetch_on, progress=progress
    )
    return judge(loaded, folder, submission, on=on, team=team, calendar=calendar)


def judge(
    rubric: Rubric,
    folder: Path,
    submission: Submission,
    *,
    on: date,
    team: Team = ANY_TEAM,
    calendar: Calendar | None = None,
) -> Scored:
    """Judges a submission, whose evidence has been looked at, by the rubric of a folder."""
    wishes = known_team(rubric, team).wishes()
    assessment = with_details(rubric, submission, assess(rubric, submission, on=on))
    found = agenda(rubric, submission, on=on, calendar=calendar, wishes=wishes)
    return Scored(
        msgspec.structs.replace(assessment, actions=found.actions),
        rubric,
        folder,
        found.schedule,
        submission,
        team,
        calendar.sprint if calendar is not None else None,
    )


def rubric_for(written: Written, name: str | None) -> tuple[Rubric, Path]:
    """The rubric of this name, or the one that the submission names, and its folder."""
    folder = rubric_folder(name) if name is not None else _own_rubric(written)
    return load_rubric(folder), folder


def in_language(rubric: Rubric, folder: Path, language: Language) -> Rubric:
    """The rubric with its words in a language; where it has none, they stay as they are."""
    if language.code == rubric.language:
        return rubric
    words, _ = load_words(folder).get(language.code, ({}, {}))
    return translate(rubric, words, language=language.code)


@overload
def tell(
    scored: Scored, language: Language, *, kind: Literal["report", "summary"] = "report"
) -> Report: ...


@overload
def tell(
    scored: Scored, language: Language, *, kind: CityKind, since: Assessment | None = None
) -> Report | SessionSheet: ...


def tell(
    scored: Scored,
    language: Language,
    *,
    kind: CityKind = "report",
    since: Assessment | None = None,
) -> Report | SessionSheet:
    """Everything that a report of a kind says; only a session sheet looks back at `since`.

    `NotComparableError` says that `since` is about another city or by another rubric.
    """
    return build(
        kind,
        scored.assessment,
        in_language(scored.rubric, scored.folder, language),
        language=language,
        schedule=scored.schedule,
        submission=scored.submission,
        since=since,
        signed=scored.signed,
    )


def to_json(result: msgspec.Struct) -> bytes:
    """The public JSON of an assessment, or of a plan: keys in the order of its schema, one line."""
    return msgspec.json.encode(result) + b"\n"


def render(
    scored: Scored,
    report: Edition,
    targets: Mapping[Format, Path],
    *,
    paper: Paper,
    since: Assessment | None = None,
    key: Path | None = None,
    printers: "Printers | None" = None,
) -> dict[Path, bytes]:
    """Every result that is asked for, finished in memory, by the file that it goes to.

    A PDF carries what it was made from, with the earlier result that it looks back at (`since`),
    and is signed by the `key` in a file, if one is given. Only `printers` make PDFs: in a process
    of their own, within limits of time and memory.
    """
    results: dict[Path, bytes] = {}
    for form, path in targets.items():
        if form == "json":
            results[path] = to_json(scored.assessment)
            continue
        # Jinja takes longer to load than a submission to judge.
        from reports.renderer import ReportError, render_html  # noqa: PLC0415

        if form == "html":
            results[path] = render_html(report, paper=paper).encode()
            continue
        if printers is None:
            raise ValueError("a PDF needs printers")
        from api.printing import Job  # noqa: PLC0415

        carried = dossier(scored, report, paper=paper, since=since)
        try:
            results[path] = printers.print(Job(report=report, paper=paper, attachments=carried))
        except ReportError as error:
            raise InputError([Problem(error.code, Place(str(path)), error.params)]) from None
        if key is not None:
            from api.sealing import signed  # noqa: PLC0415 (only whoever signs needs it)

            results[path] = signed(results[path], name=str(path), key=key)
    return results


def _own_rubric(written: Written) -> Path:
    """The library's rubric that a submission names; a stranger's text names no folder of ours."""
    name = written.rubric
    if name is None:
        return rubric_folder(DEFAULT_RUBRIC)  # what else is wrong can then be told as well
    known = sorted(path.parent.name for path in LIBRARY.glob("*/rubric.yaml"))
    if name in known:
        return LIBRARY / name
    place = place_of(written.places, ("rubric",))
    params = {"id": name, "known": ", ".join(known), "suggestion": suggestion(name, known)}
    raise InputError([Problem("rubric.unknown", place, params)])


def find(
    assessment: Assessment, code: str, requirement: str | None = None
) -> tuple[Finding, list[str]]:
    """The finding of this code, and the requirements asked for: all, or the one of that id."""
    findings = {finding.id: finding for finding in assessment.criteria}
    finding = findings.get(code.upper())
    if finding is None:
        params = {"id": code, "suggestion": suggestion(code.upper(), findings)}
        raise InputError([Problem("criterion.unknown", Place(code), params)])
    names = [result.id for result in finding.requirements]
    if requirement is None:
        return finding, names
    if requirement not in names:
        params = {"id": requirement, "suggestion": suggestion(requirement, names)}
        raise InputError([Problem("requirement.unknown", Place(requirement), params)])
    return finding, [requirement]
