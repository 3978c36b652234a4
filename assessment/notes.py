"""What was seen in evidence that changes no verdict, but that a team or coach should know.

Notes are codes and parameters, like reasons; `reports/noting.py` has a sentence for each. There is
a bound to each kind of them, so that a file with a thousand faults does not make a thousand notes.
"""

from collections.abc import Iterator
from enum import StrEnum

from assessment.facts import DatasetFacts, DocumentFacts, Facts, KeyFigure, LinkFacts
from assessment.results import Note, Param
from rubrics.checks import Group

MAX_CELLS = 5
"""Cells of a form that are named one by one; the rest are counted."""

MAX_ERRORS = 3
"""Ways of breaking a schema that are named, the most frequent first."""

MAX_COLUMNS = 12
"""Columns whose suggested meaning is named."""

MAX_DATES = 2
"""Dates that are named of each source."""

BIDDERS_ODD = "bidders_odd"
"""Why key figures leave out an awarded procurement that says it had no bidder."""


class NoteCode(StrEnum):
    """What was seen. `noun.state`; the parameters stand beside each code."""

    # the file
    ENCODING = "file.encoding"  # encoding
    # an address
    LINK_ANSWERED = "link.answered"  # on, status
    LINK_FAILED = "link.failed"  # on, status
    LINK_MOVED = "link.moved"  # address
    LINK_MODIFIED = "link.modified"  # on
    LINK_LOGIN = "link.login"
    LINK_REFUSED = "link.refused"  # why
    # a document or page
    DOCUMENT_TITLE = "document.title"  # title
    DOCUMENT_PAGES = "document.pages"  # pages
    DOCUMENT_LANGUAGE = "document.language"  # language
    DOCUMENT_LANGUAGE_DIFFERS = "document.language_differs"  # language, declared
    DOCUMENT_SCAN = "document.scan"
    DOCUMENT_DATES_IN_TEXT = "document.dates_in_text"  # dates
    DOCUMENT_DATES_BY_PROGRAM = "document.dates_by_program"  # dates
    # contracting data
    DATASET_SIZE = "dataset.size"  # processes, rows?
    DATASET_PERIOD = "dataset.period"  # oldest, newest
    DATASET_RHYTHM = "dataset.rhythm"  # rhythm
    DATASET_MONTHS = "dataset.months"  # months
    DATASET_STAGES = "dataset.stages"  # a count for each stage that has records
    DATASET_GROUPS = "dataset.groups"  # a share for each of the six questions
    DATASET_IDENTIFIERS = "dataset.identifiers"  # a share for each kind of number
    DATASET_JOIN = "dataset.join"  # from, to, share
    DATASET_DUPLICATES = "dataset.duplicates"  # rows
    DATASET_STRUCTURE = "dataset.structure"  # checked
    DATASET_STRUCTURE_BROKEN = "dataset.structure_broken"  # path, error, records, checked
    PERSONAL_SUSPECTED = "personal.suspected"  # email?, national_id?
    LICENCE_SEEN = "licence.seen"  # licence
    POLICY_SEEN = "policy.seen"  # address
    FIGURES_FEW = "figures.few"  # figures
    FIGURES_MISSING = "figures.missing"  # figures, why
    FIGURES_ODD_BIDDERS = "figures.odd_bidders"  # records
    # a table of the city's own
    TABLE_SIZE = "table.size"  # rows, columns
    TABLE_SHEET = "table.sheet"  # sheet, sheets
    COLUMNS_EMPTY = "columns.empty"  # columns
    COLUMNS_UNCONFIRMED = "columns.unconfirmed"  # columns, suggestions, unknown
    # a form
    FORM_CELL = "form.cell"  # sheet, cell, problem, and what the problem tells
    FORM_MORE_CELLS = "form.more_cells"  # cells


WARNINGS = frozenset(
    {
        NoteCode.LINK_FAILED,
        NoteCode.LINK_LOGIN,
        NoteCode.LINK_REFUSED,
        NoteCode.DOCUMENT_LANGUAGE_DIFFERS,
        NoteCode.DOCUMENT_SCAN,
        NoteCode.DATASET_DUPLICATES,
        NoteCode.DATASET_STRUCTURE_BROKEN,
        NoteCode.PERSONAL_SUSPECTED,
        NoteCode.FIGURES_ODD_BIDDERS,
        NoteCode.COLUMNS_UNCONFIRMED,
        NoteCode.FORM_CELL,
        NoteCode.FORM_MORE_CELLS,
    }
)
"""The notes that ask somebody to do something."""


def notes_of(facts: Facts) -> tuple[Note, ...]:
    """Everything worth knowing of what was seen, warnings first."""
    notes = [*_file(facts), *_form(facts), *_columns(facts)]
    if facts.link is not None:
        notes += _link(facts.link)
    if facts.document is not None:
        notes += _document(facts.document)
    if facts.dataset is not None:
        notes += _dataset(facts.dataset)
    licence = facts.licence or (facts.dataset.licence if facts.dataset is not None else None)
    if licence is not None:
        notes.append(_note(NoteCode.LICENCE_SEEN, licence=licence))
    return tuple(sorted(notes, key=lambda note: note.kind != "warning"))


def _note(code: NoteCode, **params: Param) -> Note:
    return Note(code, "warning" if code in WARNINGS else "seen", params)


def _file(facts: Facts) -> Iterator[Note]:
    if facts.encoding is not None and facts.encoding.lower() not in ("utf-8", "utf8", "ascii"):
        yield _note(NoteCode.ENCODING, encoding=facts.encoding)


def _form(facts: Facts) -> Iterator[Note]:
    for problem in facts.problems[:MAX_CELLS]:
        place = {"sheet": problem.sheet, "cell": problem.cell, "problem": problem.code}
        yield _note(NoteCode.FORM_CELL, **{**problem.params, **place})
    rest = len(facts.problems) - MAX_CELLS
    if rest > 0:
        yield _note(NoteCode.FORM_MORE_CELLS, cells=rest)


def _columns(facts: Facts) -> Iterator[Note]:
    if facts.rows is not None:
        yield _note(NoteCode.TABLE_SIZE, rows=facts.rows, columns=len(facts.columns))
    if facts.sheet is not None and (facts.sheets or 0) > 1:
        yield _note(NoteCode.TABLE_SHEET, sheet=facts.sheet[:60], sheets=facts.sheets)
    empty = tuple(column.name[:60] for column in facts.columns if not column.filled)
    if empty and facts.rows:
        yield _note(NoteCode.COLUMNS_EMPTY, columns=empty[:MAX_COLUMNS])
    if facts.dataset is not None or not facts.columns:
        return
    suggested = [c for c in facts.columns if c.suggests is not None]
    yield _note(
        NoteCode.COLUMNS_UNCONFIRMED,
        columns=len(facts.columns),
        suggestions=tuple(f"{c.name[:60]}: {c.suggests}" for c in suggested[:MAX_COLUMNS]),
        unknown=len(facts.columns) - len(suggested),
    )


def _link(link: LinkFacts) -> Iterator[Note]:
    on = link.checked_on.isoformat()
    if link.refused is not None:
        yield _note(NoteCode.LINK_REFUSED, why=link.refused)
    if link.status is not None:
        code = NoteCode.LINK_ANSWERED if link.status < 400 else NoteCode.LINK_FAILED
        yield _note(code, on=on, status=link.status)
    if link.login:
        yield _note(NoteCode.LINK_LOGIN)
    if link.redirects and link.address is not None:
        yield _note(NoteCode.LINK_MOVED, address=link.address[:300])
    if link.last_modified is not None:
        yield _note(NoteCode.LINK_MODIFIED, on=link.last_modified.isoformat())


def _document(document: DocumentFacts) -> Iterator[Note]:
    if document.title:
        yield _note(NoteCode.DOCUMENT_TITLE, title=document.title[:120])
    if document.pages is not None:
        yield _note(NoteCode.DOCUMENT_PAGES, pages=document.pages)
    declared, language = document.declared_language, document.language
    if language is not None and declared is not None and declared[:2].lower() != language:
        code = NoteCode.DOCUMENT_LANGUAGE_DIFFERS
        yield _note(code, language=language, declared=declared[:2].lower())
    elif language is not None:
        yield _note(NoteCode.DOCUMENT_LANGUAGE, language=language)
    if document.has_text is False:
        yield _note(NoteCode.DOCUMENT_SCAN)
    for source, code in _DATES.items():
        days = sorted({found.on for found in document.dates if found.source == source})
        if days:
            newest = tuple(day.isoformat() for day in reversed(days[-MAX_DATES:]))
            yield _note(code, dates=newest)


_DATES = {
    "text": NoteCode.DOCUMENT_DATES_IN_TEXT,
    "metadata": NoteCode.DOCUMENT_DATES_BY_PROGRAM,
}


def _dataset(dataset: DatasetFacts) -> Iterator[Note]:
    rows = {} if dataset.rows is None else {"rows": dataset.rows}
    yield _note(NoteCode.DATASET_SIZE, processes=dataset.processes, **rows)
    if dataset.oldest_record is not None and dataset.newest_record is not None:
        oldest, newest = dataset.oldest_record.isoformat(), dataset.newest_record.isoformat()
        yield _note(NoteCode.DATASET_PERIOD, oldest=oldest, newest=newest)
    if dataset.rhythm is not None:
        yield _note(NoteCode.DATASET_RHYTHM, rhythm=dataset.rhythm)
    if dataset.active_months is not None:
        yield _note(NoteCode.DATASET_MONTHS, months=dataset.active_months)
    stages = {name: stage.records for name, stage in dataset.stages.items() if stage.records}
    if stages:
        yield _note(NoteCode.DATASET_STAGES, **stages)
    yield from _shares(dataset)
    yield from _faults(dataset)
    if dataset.publication_policy:
        yield _note(NoteCode.POLICY_SEEN, address=dataset.publication_policy[:300])
    yield from _figures(dataset.key_figures)


def _shares(dataset: DatasetFacts) -> Iterator[Note]:
    """Which part of the processes answers what, and which part of the records points to others."""
    if dataset.processes:
        whole = dataset.processes
        groups: dict[str, Param] = {str(g): _share(dataset.groups.get(g, 0), whole) for g in Group}
        yield _note(NoteCode.DATASET_GROUPS, **groups)
        numbers = {name: _share(n, whole) for name, n in sorted(dataset.identifiers.items())}
        if numbers:
            yield _note(NoteCode.DATASET_IDENTIFIERS, **numbers)
    for name, join in sorted(dataset.joins.items()):
        if join.records:
            source, _, target = name.partition("-")
            params: dict[str, Param] = {"from": source, "to": target}
            share = _share(join.joined, join.records)
            yield _note(NoteCode.DATASET_JOIN, **params, share=share)


def _faults(dataset: DatasetFacts) -> Iterator[Note]:
    if dataset.duplicates:
        yield _note(NoteCode.DATASET_DUPLICATES, rows=dataset.duplicates)
    checked = dataset.structure_checked
    if checked and not dataset.structure_errors:
        yield _note(NoteCode.DATASET_STRUCTURE, checked=checked)
    for error in dataset.structure_errors[:MAX_ERRORS]:
        path, kind, records = error.path[:120], error.error, error.records
        code = NoteCode.DATASET_STRUCTURE_BROKEN
        yield _note(code, path=path, error=kind, records=records, checked=checked or 0)
    personal = {name: n for name, n in sorted(dataset.personal.items()) if n}
    if personal:
        yield _note(NoteCode.PERSONAL_SUSPECTED, **personal)


def _figures(figures: tuple[KeyFigure, ...]) -> Iterator[Note]:
    missing: dict[str, list[str]] = {}
    for figure in figures:
        if figure.value is None:
            missing.setdefault(figure.missing or "no_cases", []).append(figure.id)
    for why, ids in missing.items():
        yield _note(NoteCode.FIGURES_MISSING, figures=tuple(ids), why=why)
    few = tuple(figure.id for figure in figures if figure.few and figure.value is not None)
    if few:
        yield _note(NoteCode.FIGURES_FEW, figures=few)
    odd = max((figure.excluded.get(BIDDERS_ODD, 0) for figure in figures), default=0)
    if odd:
        yield _note(NoteCode.FIGURES_ODD_BIDDERS, records=odd)


def _share(part: int, whole: int) -> float:
    return round(100 * part / whole, 1)
