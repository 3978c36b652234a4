"""The evidence locker: hand in a file or an address, see what is in it, use it again."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.accounts import Actor
from api.db import Transaction
from api.errors import NotThere, Stale, TooLarge, Unusable
from api.review.threads import threads
from api.web.assessments import frame_of
from api.web.columns import columns_in, columns_view
from api.web.conflicts import (
    Conflict,
    choice_in,
    headline,
    pieces_told,
    sent_again,
    show_conflict,
    version,
)
from api.web.door import Form, Visit, Visiting, go, one
from api.web.faults import sentence
from api.web.locker import file_of, letters, piece_view
from api.web.reading import Posted, whole_number
from api.workspace.judging import detailed
from api.workspace.locker import (
    PART,
    add_link,
    attach,
    change_evidence,
    read_evidence,
    read_piece,
    remove_evidence,
    upload_evidence,
)
from api.workspace.merging import Keep
from api.workspace.piecing import (
    BothOfPiece,
    put_piece_together,
    removed_piece,
    restore_evidence,
)
from api.workspace.setting_aside import set_aside
from reports.answers import Told
from rubrics.problems import InputError

router = APIRouter(include_in_schema=False)

PATH = "/assessments/{assessment_id}/evidence"
MAX_TICKED = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that may bring a file."""

    fields: Posted
    file: UploadFile | None


async def sent(request: Request) -> AsyncIterator[Sent]:
    """The fields and the file of a form; what came is let go of when the answer is sent."""
    async with request.form(max_files=1, max_fields=MAX_TICKED) as form:
        fields: dict[str, list[str]] = {}
        file = None
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                file = value if value.filename else None
            else:
                fields.setdefault(name, []).append(value)
        request.state.posted = fields
        yield Sent(fields, file)


Brought = Annotated[Sent, Depends(sent)]


@router.get(PATH)
def locker(visit: Visiting, assessment_id: str, kind: str = "") -> Response:
    """Everything that was handed in, and the form to hand in more."""
    given = {"kind": kind, "serves": [visit.request.query_params.get("for", "")]}
    return _locker(visit, assessment_id, given)


@router.post(PATH)
def hand_in(visit: Visiting, assessment_id: str, brought: Brought) -> Response:
    """Takes a file or an address, looks at it, and shows what is there."""
    fields, file = brought.fields, brought.file
    say = visit.language.text
    actor = _actor(visit)
    given: dict[str, object] = {
        key: one(fields, key) for key in ("kind", "title", "url", "dated", "note")
    }
    given["serves"] = [name for name in fields.get("serves", ()) if name]
    said: dict[str, Any] = {key: value for key, value in given.items() if value and key != "url"}
    errors: dict[str, str] = {}
    if not given["kind"]:
        errors["kind"] = say("Choose what kind of evidence it is.")
    if file is None and not given["url"]:
        errors["file"] = say("Choose a file, or write an address.")
    if not errors:
        visit.site.rates.count("upload", actor.person.id)
        try:
            if file is not None:
                made = upload_evidence(
                    visit.site.database,
                    actor,
                    assessment_id,
                    file.file,
                    filename=file.filename or "file",
                    **said,
                )
            else:
                made = add_link(
                    visit.site.database, actor, assessment_id, url=str(given["url"]), **said
                )
            return go(f"/assessments/{assessment_id}/evidence/{made.id}", done="saved")
        except (InputError, Unusable, TooLarge) as error:
            field = "file" if file is not None else "url"
            errors[field] = sentence(error, visit.language)
    return _locker(visit, assessment_id, given, errors=errors, status=422)


@router.get(PATH + "/{piece_id}")
def piece(visit: Visiting, assessment_id: str, piece_id: str) -> Response:
    """One piece: the letter of whoever looked at it, and what it proves."""
    return _piece(visit, assessment_id, piece_id)


@router.post(PATH + "/{piece_id}")
def change(visit: Visiting, assessment_id: str, piece_id: str, form: Form) -> Response:
    """Keeps what the team says of a piece."""
    shows = {
        name.removeprefix("shows."): one(form, name)
        for name in form
        if name.startswith("shows.") and one(form, name)
    }
    said: dict[str, object] = {
        "title": one(form, "title"),
        "kind": one(form, "kind"),
        "dated": one(form, "dated") or None,
        "note": one(form, "note") or None,
        "serves": [name for name in form.get("serves", ()) if name],
        "shows": shows,
    }
    if "population" in form:
        number = whole_number(one(form, "population"))
        with visit.reading() as (db, who):
            population = _population_of(db, who, assessment_id, piece_id)
        said["population"] = {**population, "number": number} if number else population or None
    return _change(visit, assessment_id, piece_id, form, said)


@router.post(PATH + "/{piece_id}/columns")
def confirm_columns(visit: Visiting, assessment_id: str, piece_id: str, form: Form) -> Response:
    """Keeps what the columns of a city's own table stand for; from then on it counts."""
    with visit.reading() as (db, who):
        facts = read_piece(db, who, assessment_id, piece_id).entry.facts
    columns = columns_in(form, facts.columns if facts is not None else ())
    if not columns:
        errors = {"columns": visit.language.text("Choose a column for at least one of these.")}
        return _piece(visit, assessment_id, piece_id, errors=errors, status=422)
    return _change(visit, assessment_id, piece_id, form, {"columns": columns})


@router.post(PATH + "/{piece_id}/remove")
def remove(visit: Visiting, assessment_id: str, piece_id: str, form: Form) -> Response:
    """Takes a piece out of the locker."""
    try:
        with visit.writing() as (db, who):
            remove_evidence(db, who, assessment_id, piece_id, version=version(form))
    except Stale as stale:
        errors = {"title": headline(stale.theirs.by, visit.language)}
        return _piece(visit, assessment_id, piece_id, errors=errors, status=412)
    return go(f"/assessments/{assessment_id}/evidence", done="removed")


@router.post("/assessments/{assessment_id}/requirements/{name}/reuse")
def reuse(visit: Visiting, assessment_id: str, name: str, form: Form) -> Response:
    """Lets evidence that is there already serve one more requirement."""
    actor = _actor(visit)
    attach(visit.site.database, actor, assessment_id, one(form, "piece"), name, version=None)
    return go(f"/assessments/{assessment_id}/requirements/{name}", done="attached")


def _population_of(
    db: Transaction, who: Actor, assessment_id: str, piece_id: str
) -> dict[str, object]:
    """What is said of a piece's population besides its number, which no form asks for."""
    try:
        population = read_piece(db, who, assessment_id, piece_id).entry.population
    except NotThere:  # removed meanwhile
        return {}
    told = population.model_dump(mode="json", exclude_none=True) if population is not None else {}
    return {name: value for name, value in told.items() if name != "number"}


def _change(
    visit: Visit, assessment_id: str, piece_id: str, form: Posted, said: dict[str, object]
) -> Response:
    """Keeps what is said of a piece, put together with what others said meanwhile."""
    actor, database, chosen = _actor(visit), visit.site.database, choice_in(form)
    try:
        with visit.reading() as (db, who):
            both = put_piece_together(db, who, assessment_id, piece_id, said, version=version(form))
        merged, there = both.merged, both.there
        if merged.conflicts and chosen.seen.get(piece_id) != there.version:
            return _conflict(visit, assessment_id, piece_id, both, form)
        kept = merged.theirs if chosen.keep is Keep.THEIRS else merged.mine
        if merged.conflicts and chosen.keep is Keep.THEIRS:
            fields = dict.fromkeys(path[0] for path in merged.conflicts)
            _set_aside(visit, assessment_id, piece_id, {f: merged.mine[f] for f in fields})
        change_evidence(database, actor, assessment_id, piece_id, version=there.version, **kept)
    except Stale:  # somebody was faster even now; what they said is put together with this as well
        return _change(visit, assessment_id, piece_id, form, said)
    except NotThere:
        return _removed(visit, assessment_id, piece_id, form, said)
    except InputError as error:
        errors = {"title": sentence(error, visit.language)}
        typed = {**said, "version": version(form)}
        return _piece(visit, assessment_id, piece_id, errors=errors, typed=typed, status=422)
    return go(f"/assessments/{assessment_id}/evidence/{piece_id}", done="saved")


def _removed(
    visit: Visit, assessment_id: str, piece_id: str, form: Posted, said: Mapping[str, object]
) -> Response:
    """What was typed of a piece that somebody removed: both come back, or it is set aside."""
    keep, path = choice_in(form).keep, f"/assessments/{assessment_id}/evidence"
    if keep is Keep.MINE:
        restore_evidence(visit.site.database, _actor(visit), assessment_id, piece_id, said)
        return go(f"{path}/{piece_id}", done="restored")
    with visit.reading() as (db, who):
        there = removed_piece(db, who, assessment_id, piece_id)
        frame = frame_of(db, who, assessment_id, visit.language, section="/evidence")
    if keep is Keep.THEIRS:
        _set_aside(visit, assessment_id, piece_id, said)
        return go(path, done="set-aside")
    old = there.value if isinstance(there.value, Mapping) else {}
    say = visit.language.text
    mine, _ = pieces_told({**old, **said}, None, frame.rubric, visit.language)
    by = there.by.name if there.by is not None else say("Somebody")
    conflict = Conflict(
        headline=say("{name} removed this while you were typing", name=by),
        title=str(old.get("title", piece_id)),
        action=visit.request.url.path,
        mine=mine,
        theirs=Told(text=say("This piece of evidence is no longer here.")),
        there=there,
        kept=sent_again(form, {piece_id: there.version}),
    )
    return show_conflict(visit, frame, conflict)


def _set_aside(
    visit: Visit, assessment_id: str, piece_id: str, value: Mapping[str, object]
) -> None:
    with visit.writing() as (db, who):
        set_aside(db, who, assessment_id, part=PART, name=piece_id, value=value)


def _conflict(
    visit: Visit, assessment_id: str, piece_id: str, both: BothOfPiece, form: Posted
) -> Response:
    """What both changed of a piece, each otherwise; everything else is kept with either."""
    with visit.reading() as (db, who):
        frame = frame_of(db, who, assessment_id, visit.language, section="/evidence")
        title = read_piece(db, who, assessment_id, piece_id).entry.title
    merged, there = both.merged, both.there
    mine, theirs = pieces_told(merged.mine, merged.theirs, frame.rubric, visit.language)
    conflict = Conflict(
        headline=headline(there.by, visit.language),
        title=title,
        action=visit.request.url.path,
        mine=mine,
        theirs=theirs,
        there=there,
        kept=sent_again(form, {piece_id: there.version}),
    )
    return show_conflict(visit, frame, conflict)


def _actor(visit: Visit) -> Actor:
    """Who hands in; the file is looked at without a transaction, so that nobody has to wait."""
    with visit.reading() as (_, who):
        return who


def _locker(
    visit: Visit,
    assessment_id: str,
    given: Mapping[str, object],
    *,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    language = visit.language
    with visit.reading() as (db, who):
        frame = frame_of(db, who, assessment_id, language, section="/evidence")
        pieces = read_evidence(db, who, assessment_id)
        day = frame.live.assessment.on
        seen = letters(detailed(db, who, assessment_id, on=day), frame.rubric, language)
    return visit.show(
        "locker.html.j2",
        status=status,
        frame=frame,
        pieces=[(view, seen[view.id]) for view in pieces],
        kinds=sorted(frame.rubric.vocabulary.evidence_kinds.items(), key=lambda kind: kind[1]),
        criteria=[c for c in frame.rubric.criteria if c.requirements],
        given=given,
        errors=errors,
        limit=visit.site.settings.max_upload_mb,
    )


def _piece(
    visit: Visit,
    assessment_id: str,
    piece_id: str,
    *,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, object] | None = None,
    status: int = 200,
) -> Response:
    """The page of a piece; with what was `typed` of it, where that could not be kept."""
    language = visit.language
    with visit.reading() as (db, who):
        frame = frame_of(db, who, assessment_id, language, section="/evidence")
        view = read_piece(db, who, assessment_id, piece_id)
        talk = threads(db, who, assessment_id, about=piece_id)
        file = file_of(db, who, assessment_id, piece_id)
        day = frame.live.assessment.on
        seen = letters(detailed(db, who, assessment_id, on=day), frame.rubric, language)
    return visit.show(
        "piece.html.j2",
        status=status,
        frame=frame,
        piece=piece_view(view, seen[piece_id], frame.rubric, language, on=day, file=file),
        kinds=sorted(frame.rubric.vocabulary.evidence_kinds.items(), key=lambda kind: kind[1]),
        columns=columns_view(view.entry, frame.rubric, language),
        threads=talk,
        said={"version": view.version, **dict(view.entry), **(typed or {})},
        errors=errors,
    )
