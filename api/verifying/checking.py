"""Checks a report: whether what it carries is whole, comes out the same, and is on its pages.

Everything here works on what a stranger sent, so it runs in a process of its own (`confined.py`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import msgspec

from api.dossier import MANIFEST, PREVIOUS, RESULT, RUBRIC, SUBMISSION, attached, printed_by, sha256
from api.services import Scored, in_language, judge, to_json
from api.verifying.opening import KNOWN, Manifest, NotOursError, RubricFile, decoded, take_out
from api.verifying.seals import seal_of
from api.verifying.verification import (
    Fault,
    Judge,
    Pages,
    Seal,
    Verification,
    flips,
    parts,
)
from assessment.engine import ENGINE_VERSION
from assessment.planning import Calendar, Team, calendar_of
from assessment.results import Assessment
from assessment.validation import validate
from reports.builder import build
from reports.i18n import LANGUAGES, load_language
from reports.renderer import render_pdf
from rubrics.loader import LIBRARY, load_rubric
from rubrics.problems import InputError
from rubrics.sprint import Sprint

_RUBRIC_NAMES = re.compile(r"rubric\.yaml|criteria/[a-z0-9-]{1,40}\.yaml|words/[a-z]{2}\.yaml")

_NOT_COMPARED = Pages(state="not_compared")


def check(
    pdf: bytes, *, folder: Path, rubric: Path | None = None, trust: bytes | None = None
) -> Verification:
    """What can be found out about a report; `folder` is ours to write in.

    It is judged again by `rubric`; without one by that of the library with the same digest, or by
    the one that the report itself carries. `NotOursError` says why a file is no report of ours.
    """
    files = take_out(pdf)
    manifest: Manifest = decoded(files[MANIFEST], Manifest, MANIFEST)
    if manifest.language not in LANGUAGES:
        raise NotOursError("report.part_unreadable", MANIFEST)
    seal = seal_of(pdf, trust=trust)
    faults = [*_broken(seal), *_changed_files(files, manifest)]
    start = Verification(
        outcome="tampered", kind=manifest.kind, faults=tuple(faults), pages=_NOT_COMPARED, seal=seal
    )
    try:
        return _judged_again(start, pdf, files, manifest, folder=folder, rubric=rubric)
    except (NotOursError, InputError):
        if not faults:
            raise
        return start  # what was changed can no longer even be read


def _judged_again(
    start: Verification,
    pdf: bytes,
    files: Mapping[str, bytes],
    manifest: Manifest,
    *,
    folder: Path,
    rubric: Path | None,
) -> Verification:
    said: Assessment = decoded(files[RESULT], Assessment, RESULT)
    own = _unpack(files[RUBRIC], folder / "rubric")
    chosen, who = _choose(rubric, said.rubric.digest, own)
    scored = _judge(chosen, files[SUBMISSION], manifest, said)
    found = scored.assessment
    faults = [*start.faults, *_wrong_digests(manifest, said, scored, own)]
    pages = _NOT_COMPARED
    if not faults:
        by_own = scored if who != "given" else _judge(own, files[SUBMISSION], manifest, said)
        pages, more = _compare_pages(
            pdf, replace(by_own, folder=own), files, manifest, said, sealed=start.seal is not None
        )
        faults += more
    read_back = msgspec.json.decode(to_json(found), type=Assessment)
    differing = tuple(n for n in parts(said, read_back) if n != "rubric" or who != "given")
    same = to_json(found) == files[RESULT] or (who == "given" and not differing)
    return msgspec.structs.replace(
        start,
        outcome="tampered" if faults else "same" if same else "different",
        city=said.submission.city,
        on=said.on.isoformat(),
        engine_version=said.engine_version,
        engine_here=ENGINE_VERSION,
        rubric_id=said.rubric.id,
        rubric_digest=said.rubric.digest,
        submission_digest=said.submission.digest,
        judge=who,
        judge_digest=scored.rubric.digest,
        faults=tuple(faults),
        flips=flips(said, found),
        parts=differing,
        pages=pages,
    )


def _broken(seal: Seal | None) -> Iterator[Fault]:
    if seal is not None and not seal.intact:
        yield Fault(code="seal.broken")
    elif seal is not None and not seal.whole:
        yield Fault(code="seal.partial")


def _changed_files(files: Mapping[str, bytes], manifest: Manifest) -> Iterator[Fault]:
    for name, digest in sorted(manifest.files.items()):
        if name not in files:
            yield Fault(code="file.missing", file=name[:100])
        elif sha256(files[name]) != digest:
            yield Fault(code="file.changed", file=name[:100])
    for name in sorted(set(files) - set(manifest.files) - {MANIFEST}):
        yield Fault(code="file.unknown", file=name[:100])


def _wrong_digests(
    manifest: Manifest, said: Assessment, scored: Scored, own: Path
) -> Iterator[Fault]:
    """Where the report's own words about itself do not fit what it carries."""
    if load_rubric(own).digest != said.rubric.digest:
        yield Fault(code="rubric.digest", file=RUBRIC)
    if scored.submission is not None and scored.submission.digest != said.submission.digest:
        yield Fault(code="submission.digest", file=SUBMISSION)
    told = (manifest.rubric_digest, manifest.submission_digest, manifest.on)
    if told != (said.rubric.digest, said.submission.digest, said.on.isoformat()):
        yield Fault(code="manifest.differs", file=MANIFEST)


def _unpack(content: bytes, folder: Path) -> Path:
    """The rubric that a report carries, as a folder; a stranger's names lead nowhere else."""
    carried: RubricFile = decoded(content, RubricFile, RUBRIC)
    for name, text in carried.files.items():
        if not _RUBRIC_NAMES.fullmatch(name):
            raise NotOursError("report.part_unreadable", RUBRIC)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    if not (folder / "rubric.yaml").is_file():
        raise NotOursError("report.part_unreadable", RUBRIC)
    return folder


def _choose(given: Path | None, digest: str, own: Path) -> tuple[Path, Judge]:
    """By whose copy of the rubric it is judged again: ours, where we have the very same."""
    if given is not None:
        return given, "given"
    for path in sorted(LIBRARY.glob("*/rubric.yaml")):
        if load_rubric(path.parent).digest == digest:
            return path.parent, "library"
    return own, "embedded"


def _judge(folder: Path, content: bytes, manifest: Manifest, said: Assessment) -> Scored:
    """The submission that a report carries, judged as of the same day and for the same team."""
    rubric = load_rubric(folder)
    submission = validate(rubric, decoded(content, dict, SUBMISSION), {})
    try:
        team = Team.model_validate(manifest.plan.team)
        sprint = Sprint.model_validate(manifest.plan.sprint) if manifest.plan.sprint else None
        calendar: Calendar | None = calendar_of(sprint, team, on=said.on) if sprint else None
    except (ValueError, LookupError) as error:
        raise NotOursError("report.part_unreadable", MANIFEST) from error
    return judge(rubric, folder, submission, on=said.on, team=team, calendar=calendar)


def _compare_pages(
    pdf: bytes,
    scored: Scored,
    files: Mapping[str, bytes],
    manifest: Manifest,
    said: Assessment,
    *,
    sealed: bool,
) -> tuple[Pages, list[Fault]]:
    """Prints the report again and holds every byte against it; a seal stands behind the rest."""
    here = printed_by()
    if manifest.printed_by != here:
        made_by = ", ".join(f"{k} {v[:12]}" for k, v in sorted(manifest.printed_by.items())[:5])
        return Pages(state="not_compared", made_by=made_by[:200]), []
    language = load_language(manifest.language)
    since = decoded(files[PREVIOUS], Assessment, PREVIOUS) if PREVIOUS in files else None
    report = build(
        manifest.kind,
        said,
        in_language(scored.rubric, scored.folder, language),
        language=language,
        schedule=scored.schedule,
        submission=scored.submission,
        since=since,
        signed=manifest.signed,
    )
    attachments = [attached(name, content) for name, content in files.items() if name in KNOWN]
    printed = render_pdf(report, paper=manifest.paper, attachments=attachments)
    if not pdf.startswith(printed):
        return Pages(state="changed"), [Fault(code="pages.changed")]
    if len(pdf) > len(printed) and not sealed:
        return Pages(state="changed"), [Fault(code="pages.appended")]
    return Pages(state="same"), []
