"""A sentence for every note on a piece of evidence, and what to do where it is a warning."""

from collections.abc import Callable, Mapping
from datetime import date

from assessment.notes import NoteCode
from assessment.results import Note, Param
from reports import labels
from reports.i18n import N_, NN_, Language, Message
from reports.wording import HINT
from rubrics.schema import Rubric

NOTES: dict[NoteCode, Message] = {
    NoteCode.ENCODING: N_("Encoding: {encoding}."),
    NoteCode.LINK_ANSWERED: N_("The address answered on {on}."),
    NoteCode.LINK_FAILED: N_(
        "On {on} the address answered with an error ({status}). Correct it, or attach the file."
    ),
    NoteCode.LINK_MOVED: N_("It leads on to {address}."),
    NoteCode.LINK_MODIFIED: N_("By its own word it was changed last on {on}."),
    NoteCode.LINK_LOGIN: N_(
        "The address asks who is there. Make the page public, or attach the file."
    ),
    NoteCode.LINK_REFUSED: N_(
        "The address was not called: {why}. Give one that is public, or attach the file."
    ),
    NoteCode.DOCUMENT_TITLE: N_("Its title: “{title}”."),
    NoteCode.DOCUMENT_PAGES: NN_("{pages} page.", "{pages} pages.", "pages"),
    NoteCode.DOCUMENT_LANGUAGE: N_("Language: {language}."),
    NoteCode.DOCUMENT_LANGUAGE_DIFFERS: N_(
        "It says that its language is {declared}, but its text is in another one ({language}). "
        "Correct that, so that it is read aloud and translated as it should be."
    ),
    NoteCode.DOCUMENT_SCAN: N_(
        "It is a scan without text, so nothing in it could be read. Attach one whose text can be "
        "searched."
    ),
    NoteCode.DOCUMENT_DATES_IN_TEXT: N_("Newest dates in its text: {dates}."),
    NoteCode.DOCUMENT_DATES_BY_PROGRAM: N_("Dates written by a program: {dates}."),
    NoteCode.DATASET_SIZE: N_("Procurements: {processes}."),
    NoteCode.DATASET_PERIOD: N_("Records from {oldest} to {newest}."),
    NoteCode.DATASET_RHYTHM: N_("Published {rhythm}."),
    NoteCode.DATASET_MONTHS: N_("Months with records, of the last 12: {months}."),
    NoteCode.DATASET_STAGES: N_("Records by stage: {found}."),
    NoteCode.DATASET_GROUPS: N_("The six questions, answered for: {found}."),
    NoteCode.DATASET_IDENTIFIERS: N_("Procurements that carry numbers: {found}."),
    NoteCode.DATASET_JOIN: N_("{share} of the {from} point to {to}."),
    NoteCode.DATASET_DUPLICATES: NN_(
        "{rows} row says nothing new. Remove what stands there twice.",
        "{rows} rows say nothing new. Remove what stands there twice.",
        "rows",
    ),
    NoteCode.DATASET_STRUCTURE: N_("Its structure holds, in {checked} records that were checked."),
    NoteCode.DATASET_STRUCTURE_BROKEN: N_(
        "Of {checked} records that were checked, {records} break the structure at {path}: {error}. "
        "Correct the export."
    ),
    NoteCode.PERSONAL_SUSPECTED: N_(
        "Personal data are suspected: {found}. Look at these records, and take out what nobody may "
        "publish."
    ),
    NoteCode.LICENCE_SEEN: N_("Licence: {licence}."),
    NoteCode.POLICY_SEEN: N_("Publication policy: {address}."),
    NoteCode.FIGURES_FEW: N_("From fewer than ten procurements: {figures}."),
    NoteCode.FIGURES_MISSING: N_("Not computed, because {why}: {figures}."),
    NoteCode.TABLE_SIZE: N_("Rows: {rows}. Columns: {columns}."),
    NoteCode.TABLE_SHEET: N_(
        "Of its {sheets} sheets one was read, the longest: “{sheet}”. If there are records on "
        "others, hand in each as a file of its own."
    ),
    NoteCode.COLUMNS_EMPTY: N_("Columns in which nothing stands: {columns}."),
    NoteCode.FIGURES_ODD_BIDDERS: NN_(
        "{records} awarded procurement says that nobody bid, or gives a number that cannot be "
        "right. It is left out of the key figures. Correct its number of bids.",
        "{records} awarded procurements say that nobody bid, or give numbers that cannot be "
        "right. They are left out of the key figures. Correct their numbers of bids.",
        "records",
    ),
    NoteCode.COLUMNS_UNCONFIRMED: N_(
        "Nobody has said yet what its {columns} columns stand for. Say it; then its records can be "
        "counted."
    ),
    NoteCode.FORM_CELL: N_("{place}: {mend}"),
    NoteCode.FORM_MORE_CELLS: NN_(
        "{cells} more cell could not be read. Correct these first.",
        "{cells} more cells could not be read. Correct these first.",
        "cells",
    ),
}

NOTE_VARIANTS: dict[tuple[NoteCode, str], Message] = {
    (NoteCode.DATASET_SIZE, "rows"): N_("Procurements: {processes}, in {rows} rows or releases."),
    (NoteCode.COLUMNS_UNCONFIRMED, "suggestions"): N_(
        "Nobody has confirmed yet what its {columns} columns stand for. Suggested: {suggestions}. "
        "Confirm or correct that; then its records can be counted."
    ),
}
"""The sentence for when a parameter is there and not empty."""

CELLS: dict[str, Message] = {
    "cell.missing": N_("“{column}” is needed here. Fill it in."),
    "cell.not_an_option": N_(
        "“{got}” is not an option of “{column}”. Choose one of the list in the form."
    ),
    "cell.not_yes_no": N_("“{column}” takes yes or no, and “{got}” stands here."),
    "cell.not_a_number": N_(
        "“{column}” takes a number, and “{got}” stands here. Write digits only."
    ),
    "cell.ambiguous_number": N_(
        "“{got}” in “{column}” could be a thousand or a fraction. Write it without a separator of "
        "thousands."
    ),
    "cell.out_of_range": N_("“{got}” is out of range for “{column}”. Correct it."),
    "cell.not_a_date": N_(
        "“{column}” takes a date, and “{got}” stands here. Write it as 2025-11-03."
    ),
    "cell.ambiguous_date": N_(
        "“{got}” in “{column}” could be two different days. Write it as 2025-11-03."
    ),
    "cell.not_an_address": N_(
        "“{column}” takes an address, and “{got}” stands here. Begin with https://."
    ),
    "cell.not_an_email": N_(
        "“{column}” takes an e-mail address, and “{got}” stands here. Correct or remove it."
    ),
    "cell.formula_failed": N_(
        "The formula in “{column}” failed ({got}). Correct it, or write the value itself."
    ),
    "column.missing": N_("The table has no such column.{hint} Correct its name, or leave it out."),
    "column.field_unknown": N_(
        "No column can stand for “{field}”.{hint} Correct the field, or leave it out."
    ),
    "column.dates_ambiguous": N_(
        "Its days could be read in two ways, so none was read. Write them as 2025-11-03."
    ),
    "column.dates_unread": N_("It holds what is no day. Write days as 2025-11-03."),
    "column.amounts_ambiguous": N_(
        "Its amounts could be thousands or fractions, so none was read. Write them without a "
        "separator of thousands."
    ),
    "column.amounts_unread": N_("It holds what is no amount. Write digits only."),
    "cell.too_long": N_("The text in “{column}” is too long. Shorten it, or attach a document."),
}
"""What is wrong with a cell of a form or a column of a table, and the mend."""

_UNREADABLE = N_("It could not be read. Correct it.")

_RHYTHMS: dict[str, Message] = {
    "daily": N_("every day"),
    "weekly": N_("every week"),
    "monthly": N_("every month"),
    "quarterly": N_("every quarter"),
    "yearly": N_("once a year"),
    "irregular": N_("without a rhythm"),
}
_IDENTIFIERS: dict[str, Message] = {
    "process": N_("of the procurement"),
    "ocid": N_("of open contracting (OCID)"),
    "buyer": N_("of the buyer"),
    "supplier": N_("of the vendor"),
    "category": N_("of the category"),
}
_PERSONAL: dict[str, Message] = {
    "email": N_("e-mail addresses"),
    "national_id": N_("national ids"),
}
_ERRORS: dict[str, Message] = {
    "type": N_("a value of the wrong kind"),
    "required": N_("something is missing"),
    "enum": N_("a word that is not on the list"),
    "format": N_("a value of the wrong form"),
    "minimum": N_("too few or too small"),
    "other": N_("another fault"),
}


def note_sentence(note: Note, rubric: Rubric, language: Language) -> str:
    """What was seen, in a sentence; of a warning, also what to do."""
    code = NoteCode(note.code)
    message = next(
        (said for (c, name), said in NOTE_VARIANTS.items() if c == code and note.params.get(name)),
        NOTES[code],
    )
    words: dict[str, object] = {
        name: _word(name, value, language) for name, value in note.params.items()
    }
    if code in _LISTS:
        words["found"] = _LISTS[code](note.params, language)
    if code is NoteCode.FORM_CELL:
        words |= _cell(note.params, rubric, language)
    return language.say(message, **words)


_LABELS: dict[str, Mapping[str, Message]] = {
    "why": {**labels.REFUSALS, **labels.NOT_COMPUTED},
    "rhythm": _RHYTHMS,
    "error": _ERRORS,
    "licence": labels.LICENCES,
    "from": labels.RECORDS,
    "to": labels.TARGETS,
}
"""The words for parameters that are ids of a closed list."""

_NUMBERS = frozenset(
    {"pages", "rows", "sheets", "cells", "processes", "months", "records", "checked"}
)


def _word(name: str, value: Param, language: Language) -> object:
    """One parameter as a reader would say it."""
    text = str(value)
    match name:
        case "on" | "oldest" | "newest":
            return date.fromisoformat(text)
        case "dates" if isinstance(value, tuple):
            return language.all_of(language.date(date.fromisoformat(day)) for day in value)
        case "figures" if isinstance(value, tuple):
            # Some of their names have a comma in them.
            return "; ".join(labels.label(labels.FIGURES, v, language) for v in value)
        case "suggestions" if isinstance(value, tuple):
            told = (one.rpartition(": ") for one in value)
            return "; ".join(
                f"{column}: {labels.field_in_words(field, language)}" for column, _, field in told
            )
        case "language" | "declared":
            return language.name_of(text)
        case "share":
            return language.percent(float(text))
        case _ if name in _LABELS:
            return labels.label(_LABELS[name], text, language)
        case _ if isinstance(value, tuple):
            return "; ".join(value)
        case _:
            return value if name in _NUMBERS else text


def _counted(
    table: Mapping[str, Message], *, shares: bool
) -> Callable[[Mapping[str, Param], Language], str]:
    """Says a list of things with a number or a share of each."""

    def say(params: Mapping[str, Param], language: Language) -> str:
        parts = []
        for name, value in params.items():
            number = float(str(value))
            said = language.percent(number) if shares else language.number(number)
            parts.append(f"{labels.label(table, name, language)} {said}")
        return ", ".join(parts)

    return say


_LISTS: dict[NoteCode, Callable[[Mapping[str, Param], Language], str]] = {
    NoteCode.DATASET_STAGES: _counted(labels.STAGES, shares=False),
    NoteCode.DATASET_GROUPS: _counted(labels.GROUPS, shares=True),
    NoteCode.DATASET_IDENTIFIERS: _counted(_IDENTIFIERS, shares=True),
    NoteCode.PERSONAL_SUSPECTED: _counted(_PERSONAL, shares=False),
}


def _cell(params: Mapping[str, Param], rubric: Rubric, language: Language) -> dict[str, object]:
    """Which cell of a form or column of a table it is, and what is wrong with it."""
    sheet, cell = str(params.get("sheet") or ""), str(params.get("cell"))
    column = str(params.get("column") or "")
    near = str(params.get("suggestion") or "")
    words = {
        "got": str(params.get("got") or ""),
        "column": labels.column_label(column, rubric),
        "field": labels.field_in_words(str(params.get("field") or ""), language),
        "hint": language.say(HINT, suggestion=near) if near else "",
    }
    message = CELLS.get(str(params.get("problem")), _UNREADABLE)
    place = f"{sheet}, {cell}" if sheet else cell
    return {"place": place, "mend": language.say(message, **words)}
