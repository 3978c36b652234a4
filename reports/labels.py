"""What people call the things that the engine knows by an id: options, fields, stages, spans.

Labels of the standard come from the rubric, which is already in the reader's language. Labels of
our own closed lists (stages, formats, licences …) come from the catalogues. An id that has no label
is shown as it is, so that a stranger's word never breaks a report.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import chain

from assessment.results import Param
from reports.i18n import N_, NN_, Language, Message
from rubrics.checks import Format, Group, Licence, Stage, StageField
from rubrics.schema import Question, Requirement, Rubric

STAGES: dict[str, Message] = {
    Stage.PLANNING: N_("Planning"),
    Stage.TENDER: N_("Solicitation"),
    Stage.AWARD: N_("Award"),
    Stage.CONTRACT: N_("Contract"),
    Stage.IMPLEMENTATION: N_("Implementation"),
}
RECORDS: dict[str, Message] = {
    Stage.PLANNING: N_("plans"),
    Stage.TENDER: N_("solicitations"),
    Stage.AWARD: N_("awards"),
    Stage.CONTRACT: N_("contracts"),
    Stage.IMPLEMENTATION: N_("records of implementation"),
}
TARGETS: dict[str, Message] = {
    Stage.PLANNING: N_("a plan"),
    Stage.TENDER: N_("a solicitation"),
    Stage.AWARD: N_("an award"),
    Stage.CONTRACT: N_("a contract"),
    "supplier": N_("a vendor"),
}
STAGE_FIELDS: dict[str, Message] = {
    StageField.ID: N_("its number"),
    StageField.TITLE: N_("title or description"),
    StageField.BUYER: N_("the department that buys"),
    StageField.METHOD: N_("procurement method"),
    StageField.CATEGORY: N_("category code"),
    StageField.VALUE: N_("value"),
    StageField.OPENS: N_("opening date"),
    StageField.CLOSES: N_("closing date"),
    StageField.STATUS: N_("status"),
    StageField.SUPPLIER: N_("vendor"),
    StageField.SUPPLIER_ID: N_("vendor number"),
    StageField.DATE: N_("date"),
    StageField.START: N_("start date"),
    StageField.END: N_("end date"),
    StageField.TENDER_ID: N_("number of the solicitation"),
    StageField.AWARD_ID: N_("number of the award"),
    StageField.CONTRACT_ID: N_("number of the contract"),
    StageField.BIDDERS: N_("number of bidders"),
    StageField.CONTACT: N_("whom to contact"),
    StageField.EXPECTED: N_("expected date"),
    StageField.MODIFIED: N_("date of the last change"),
    StageField.AMOUNT: N_("amount"),
}
WHOLE_FIELDS: dict[str, Message] = {
    "process.id": N_("number of the whole procurement"),
    "process.currency": N_("currency of its amounts"),
}
"""What a column of a table can stand for besides the fields of a stage."""

GROUPS: dict[str, Message] = {
    Group.WHO: N_("who buys"),
    Group.WHAT: N_("what is bought"),
    Group.FROM_WHOM: N_("from whom"),
    Group.HOW_MUCH: N_("for how much"),
    Group.WHEN: N_("when"),
    Group.HOW: N_("how (the method)"),
}
FORMATS: dict[str, Message] = {
    Format.CSV: N_("CSV"),
    Format.JSON: N_("JSON"),
    Format.JSONL: N_("JSON Lines"),
    Format.XLSX: N_("Excel"),
    Format.ODS: N_("OpenDocument spreadsheet"),
    Format.XML: N_("XML"),
    Format.PARQUET: N_("Parquet"),
    Format.HTML: N_("web page"),
    Format.PDF: N_("PDF"),
    Format.DOCX: N_("Word"),
    Format.TEXT: N_("plain text"),
    Format.MARKDOWN: N_("Markdown"),
}
LICENCES: dict[str, Message] = {
    Licence.PUBLIC_DOMAIN: N_("public domain"),
    Licence.CC_BY: N_("attribution only (CC BY or like it)"),
    Licence.CUSTOM_OPEN: N_("an open licence of the city's own"),
    Licence.RESTRICTED: N_("a licence that restricts use"),
    Licence.NONE_STATED: N_("none stated"),
    Licence.UNRECOGNISED: N_("not recognised"),
}
REFUSALS: dict[str, Message] = {
    "address": N_("it is not public"),
    "scheme": N_("it does not begin with http or https"),
    "port": N_("it names a port that web pages do not use"),
    "redirects": N_("it sends on to another too often"),
}
"""Why an address was not called."""

DATE_SOURCES: dict[str, Message] = {
    "text": N_("{date} (in its text)"),
    "metadata": N_("{date} (written by a program)"),
}
"""Where in a document a date stands."""

FIGURES: dict[str, Message] = {
    "avg_bids": N_("average number of bids"),
    "median_bids": N_("median number of bids"),
    "single_bid_rate": N_("share of solicitations with a single bid"),
    "no_bid_rate": N_("share of solicitations without a bid"),
    "competitive_share": N_("share of awards made by competition"),
    "competitive_share_value": N_("share of the value awarded by competition"),
    "new_vendor_share": N_("share of awards that went to new vendors"),
    "top10_share": N_("share of the ten largest vendors"),
    "days_advertised": N_("days open for bids, average"),
    "median_days_advertised": N_("days open for bids, median"),
    "days_to_award": N_("days from closing to award"),
    "timely_awards": N_("share of solicitations whose award is told"),
    "timely_contracts": N_("share of awards whose contract is told"),
}
"""Key figures that are computed from contracting data."""

NOT_COMPUTED: dict[str, Message] = {
    "no_dates": N_("the dates that it needs are missing"),
    "no_field": N_("the data lack a field that it needs"),
    "no_cases": N_("nothing in the period counts"),
    "short_history": N_("the data do not reach back far enough"),
    "several_currencies": N_("the amounts are in several currencies"),
}
"""Why a key figure could not be computed."""

EXCLUDED: dict[str, Message] = {
    "outside_period": N_("outside the period"),
    "no_date": N_("without a date"),
    "odd_dates": N_("with dates that cannot be right"),
    "cancelled": N_("cancelled"),
    "not_closed": N_("still open"),
    "not_competitive": N_("without competition"),
    "no_method": N_("of unknown method"),
    "bidders_unknown": N_("with an unknown number of bids"),
    "bidders_odd": N_("with a number of bids that cannot be right"),
    "no_bids": N_("without a bid"),
    "unsuccessful": N_("without an award"),
    "not_due": N_("too new"),
    "no_supplier": N_("without a vendor"),
    "no_value": N_("without a value"),
}
"""Why a procurement or an award does not count in a key figure."""

_SPANS = {
    "day": NN_("the past day", "the past {n} days", "n"),
    "week": NN_("the past week", "the past {n} weeks", "n"),
    "month": NN_("the past month", "the past {n} months", "n"),
    "quarter": NN_(
        "this calendar quarter or the one before",
        "this calendar quarter or the {n} before",
        "n",
    ),
    "year": NN_("the past year", "the past {n} years", "n"),
}
_DURATIONS = {
    "day": NN_("{n} day", "{n} days", "n"),
    "week": NN_("{n} week", "{n} weeks", "n"),
    "month": NN_("{n} month", "{n} months", "n"),
    "quarter": NN_("{n} calendar quarter", "{n} calendar quarters", "n"),
    "year": NN_("{n} year", "{n} years", "n"),
}
_PATH = re.compile(r"\.([a-z0-9_-]+)")
_ROW = re.compile(r"\[(\d+)\]")


def label(table: Mapping[str, Message], name: str, language: Language) -> str:
    """The label of an id in one of the tables above."""
    return language.say(table[name]) if name in table else name


def field_in_words(field: str, language: Language) -> str:
    """What a column of a city's own table stands for, without its id: "vendor (Award)"."""
    parts = []
    for part in field.split(" + "):  # a column may stand for several
        stage, _, name = part.partition(".")
        if part in WHOLE_FIELDS:
            parts.append(label(WHOLE_FIELDS, part, language))
        elif stage in STAGES and name in STAGE_FIELDS:
            parts.append(
                f"{label(STAGE_FIELDS, name, language)} ({label(STAGES, stage, language)})"
            )
        else:
            parts.append(part)
    return ", ".join(parts)


def span(window: str, language: Language) -> str:
    """A window such as `12 months`, as "the past 12 months"."""
    number, _, unit = window.partition(" ")
    return language.say(_SPANS[unit.removesuffix("s")], n=int(number))


def duration(lasts: str, language: Language) -> str:
    """A duration such as `12 months`, as "12 months"."""
    number, _, unit = lasts.partition(" ")
    return language.say(_DURATIONS[unit.removesuffix("s")], n=int(number))


def coverage(params: Mapping[str, Param], language: Language) -> str:
    """How much of everything the data hold, by number, by value or both."""
    found = []
    number, value = params.get("by_number"), params.get("by_value")
    if number is not None:
        found.append(language.text("{share} by number", share=language.percent(float(str(number)))))
    if value is not None:
        found.append(language.text("{share} by value", share=language.percent(float(str(value)))))
    return language.all_of(found)


def dates_found(params: Mapping[str, Param], language: Language) -> str:
    """The newest dates that stand in a document, and where."""
    found = []
    for source, message in DATE_SOURCES.items():
        if source in params:
            day = date.fromisoformat(str(params[source]))
            found.append(language.say(message, date=day))
    return language.all_of(found)


def quoted(words: Iterable[str], language: Language) -> list[str]:
    """Each word in quotation marks, as labels of answers are shown."""
    return [language.text("“{word}”", word=word) for word in words]


def owner_of(place: str) -> str:
    """The id at the start of a place such as `rdc7-data-map.rows[3].owner`."""
    return re.split(r"[.\[]", place, maxsplit=1)[0]


def row_of(place: str) -> int | None:
    """The number of the row that a place names."""
    found = _ROW.search(place)
    return int(found[1]) if found else None


def field_of(place: str) -> str | None:
    """The last field or column that a place names."""
    found = _PATH.findall(place)
    return found[-1] if found else None


def question_at(place: str, rubric: Rubric) -> Question | None:
    """The question, field or column at a place; `None` where it names no question."""
    requirement = rubric.requirements.get(owner_of(place))
    question: Question | None = requirement.ask if requirement else None
    for name in _PATH.findall(place):
        if question is None:
            return None
        question = {**question.fields, **question.columns}.get(name)
    return question


def field_label(name: str, place: str, requirement: Requirement | None, rubric: Rubric) -> str:
    """What a field or column is called: where the place says, else anywhere in the requirement."""
    at = question_at(place, rubric)
    nearby = [at] if at else []
    if requirement is not None:
        nearby.append(requirement.ask)
    for question in chain.from_iterable(_family(q) for q in nearby):
        found = {**question.fields, **question.columns}.get(name)
        if found is not None:
            return found.text
    return name.replace("_", " ")


def column_label(name: str, rubric: Rubric) -> str:
    """What a column of a form is called: as in the first question that has one of that id."""
    for requirement in rubric.requirements.values():
        for question in _family(requirement.ask):
            if name in question.columns:
                return question.columns[name].text
    return name.replace("_", " ")


def option_label(name: str, place: str, requirement: Requirement | None, rubric: Rubric) -> str:
    """What an option is called: at the place, else in the column of that name."""
    at = question_at(place, rubric)
    nearby = [at] if at else []
    if requirement is not None:
        column = field_of(place)
        family = list(_family(requirement.ask))
        columns = [{**q.fields, **q.columns}.get(column or "") for q in family]
        nearby += [q for q in columns if q is not None] + family
    for question in chain.from_iterable(_family(q) for q in nearby):
        if name in question.options:
            return question.options[name]
    return name.replace("_", " ")


def _family(question: Question) -> Iterable[Question]:
    """A question with all its fields and columns."""
    yield question
    for part in (*question.fields.values(), *question.columns.values()):
        yield from _family(part)
