"""Which sheets, questions and columns a whole submission has, in every language at once.

Each question has a path (`answers/rdc7-data-map/reviewed_on`), which stands hidden beside it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.forms.telling import frame_words, say
from rubrics.forms import LANGUAGES, Column, ColumnKind, Words
from rubrics.loader import load_rubric, load_words
from rubrics.schema import Question, Rubric
from rubrics.words import translate

Spoken = Mapping[str, Rubric]
"""The same rubric in every language."""

CHOSEN = "#"
"""Before an option in the path of a question that takes several: each is a question of its own."""

MAX_NAME = 31
"""Letters that the name of a sheet may have."""

SINGLE = "single"
"""The path of what is asked once, of no requirement: `single/city/name`."""

_KINDS: Mapping[str, ColumnKind] = {
    "yes_no": "yes_no",
    "choice": "choice",
    "number": "number",
    "percentage": "percentage",
    "date": "date",
    "text": "text",
    "url": "url",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A question with its path, or a heading where `column` is `None`."""

    path: str
    text: Words
    column: Column | None = None
    help: Words | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet of rows: its path and columns; `name` is a key of the frame, or an id."""

    path: str
    name: str
    columns: tuple[Column, ...]


def load_spoken(folder: Path) -> Spoken:
    """The rubric of a folder in every language; where it has no words, they stay as they are."""
    rubric = load_rubric(folder)
    words = load_words(folder)
    return {
        language: translate(rubric, words[language][0], language=language)
        if language in words and language != rubric.language
        else rubric
        for language in LANGUAGES
    }


def city_lines() -> tuple[Line, ...]:
    """Who applies, and what is asked once."""
    return (
        _single("rubric", "text", required=True),
        _single("city/name", "text", required=True),
        _single("city/country", "text", required=True),
        _single("city/region", "text"),
        _single("city/population", "number"),
        _single("prepared_by", "text"),
        _single("no_evidence", "yes_no"),
    )


def declared_lines(spoken: Spoken) -> Iterator[Line]:
    """The last official assessment, and every criterion that is not assessed in depth."""
    yield _single("declared/assessed_on", "date")
    yield _single("declared/declared_evidence", "text")
    words = frame_words()
    options = {key: words[f"f_{key}"] for key in ("met", "not_met", "unknown")}
    rubric = next(iter(spoken.values()))
    for i, practice in enumerate(rubric.practices):
        title = _words({key: one.practices[i].title for key, one in spoken.items()})
        yield Line("", title)
        for criterion in practice.criteria:
            if criterion.assessed:
                continue
            same = {key: one.criterion(criterion.id) for key, one in spoken.items()}
            text = _words({key: f"{c.id}: {c.title}" for key, c in same.items()})
            column = Column(id="status", kind="choice", text=text, options=options)
            statement = _words({key: c.statement for key, c in same.items()})
            yield Line(f"declared/{criterion.id}", text, column, statement)


def answer_lines(spoken: Spoken) -> Iterator[Line]:
    """Every question of a requirement, but for the tables in it."""
    rubric = next(iter(spoken.values()))
    for criterion in rubric.assessed():
        same = {key: one.criterion(criterion.id) for key, one in spoken.items()}
        yield Line("", _words({key: f"{c.id}: {c.title}" for key, c in same.items()}))
        for requirement in criterion.requirements:
            asks = {k: one.requirements[requirement.id].ask for k, one in spoken.items()}
            yield from _lines(f"answers/{requirement.id}", asks)


def answer_tables(spoken: Spoken) -> Iterator[Table]:
    """Every table that a requirement asks for."""
    rubric = next(iter(spoken.values()))
    for name in rubric.requirements:
        asks = {key: one.requirements[name].ask for key, one in spoken.items()}
        yield from _tables(f"answers/{name}", name, asks)


def evidence_tables(spoken: Spoken) -> tuple[Table, Table, Table]:
    """The pieces of evidence, where in them things stand, and what their columns mean."""
    kinds = _vocabulary({key: one.vocabulary.evidence_kinds for key, one in spoken.items()})
    marks = _vocabulary({key: one.vocabulary.marks for key, one in spoken.items()})
    pieces = (
        _field("id", "text", required=True),
        _field("kind", "choice", options=kinds, required=True),
        _field("title", "text", required=True),
        *(_field(name, "text") for name in ("file", "url")),
        *(_field(name, "date") for name in ("dated", "received")),
        _field("serves", "text"),
        *(_field(name, "number") for name in ("population_number", "population_value")),
        _field("note", "text"),
    )
    shown = (
        _field("evidence", "text", required=True),
        _field("mark", "choice", options=marks, required=True),
        _field("where", "text", required=True),
    )
    columns = tuple(_field(name, "text", required=True) for name in ("evidence", "column", "field"))
    return (
        Table("evidence", "evidence", pieces),
        Table("evidence_marks", "evidence_marks", shown),
        Table("evidence_columns", "evidence_columns", columns),
    )


def not_applicable_lines(spoken: Spoken) -> Iterator[Line]:
    """Every requirement that may be left out, with room for the reason."""
    rubric = next(iter(spoken.values()))
    for requirement in rubric.requirements.values():
        if requirement.not_applicable is None:
            continue
        same = {key: one.requirements[requirement.id] for key, one in spoken.items()}
        text = _words({key: r.title for key, r in same.items()})
        because = {k: r.not_applicable.because for k, r in same.items() if r.not_applicable}
        column = Column(id="reason", kind="text", text=text)
        yield Line(f"not_applicable/{requirement.id}", text, column, _words(because))


def decision_table() -> Table:
    """What a coach has decided."""
    keys = {
        "agree": "agree",
        "met": "met",
        "not_met": "not_met",
        "needs_proof": "needs_proof",
        "not_applicable": "does_not_apply",
    }
    verdicts = {verdict: frame_words()[f"f_{key}"] for verdict, key in keys.items()}
    columns = (
        _field("about", "text", required=True),
        _field("verdict", "choice", options=verdicts, required=True),
        _field("reason", "text"),  # whoever agrees with the machine needs none
        _field("by", "text", required=True),
        _field("on", "date"),
    )
    return Table("decisions", "decisions", columns)


# --- from the questions of a rubric to questions of a sheet ---------------------------------------


def _lines(path: str, asks: Mapping[str, Question]) -> Iterator[Line]:
    ask = next(iter(asks.values()))
    text, hint = _texts(asks)
    if ask.kind == "table":
        name = path.split("/")[1]
        yield Line("", text, help=_said(hint, "on_sheet", sheet=name[:MAX_NAME]))
    elif ask.kind == "group":
        yield Line("", text, help=hint)
        for key in ask.fields:
            yield from _lines(f"{path}/{key}", {k: one.fields[key] for k, one in asks.items()})
    elif ask.kind == "choices":
        yield Line("", text, help=_said(hint, "choose_all"))
        for key in ask.options:
            option = _words({k: one.options[key] for k, one in asks.items()})
            column = Column(id="chosen", kind="yes_no", text=option)
            yield Line(f"{path}/{CHOSEN}{key}", option, column)
    else:
        yield Line(path, text, _column("answer", asks), hint)


def _tables(path: str, name: str, asks: Mapping[str, Question]) -> Iterator[Table]:
    ask = next(iter(asks.values()))
    if ask.kind == "group":
        for key in ask.fields:
            inner = {k: one.fields[key] for k, one in asks.items()}
            yield from _tables(f"{path}/{key}", name, inner)
    elif ask.kind == "table":
        columns = tuple(
            _column(key, {k: one.columns[key] for k, one in asks.items()}) for key in ask.columns
        )
        yield Table(path, name, columns)


def _column(key: str, asks: Mapping[str, Question]) -> Column:
    """A question of a rubric as a column."""
    ask = next(iter(asks.values()))
    text, hint = _texts(asks)
    options = _vocabulary({k: one.options for k, one in asks.items()})
    kind = _KINDS.get(ask.kind, "text")
    return Column(id=key, kind=kind, text=text, help=hint, options=options)


def _vocabulary(by_language: Mapping[str, Mapping[str, str]]) -> dict[str, Words]:
    """Options in every language. Those that share a word are told apart by their ids."""
    keys: Sequence[str] = tuple(next(iter(by_language.values())))
    words = {key: _words({k: one[key] for k, one in by_language.items()}) for key in keys}
    owners: dict[str, set[str]] = {}
    for key, said in words.items():
        for plain in said.plain:
            owners.setdefault(plain, set()).add(key)
    twins = {key for keys_ in owners.values() if len(keys_) > 1 for key in keys_}
    for key in twins:
        words[key] = _words({k: f"{one[key]} ({key})" for k, one in by_language.items()})
    return words


def _texts(asks: Mapping[str, Question]) -> tuple[Words, Words | None]:
    text = {k: f"{q.text} ({q.unit})" if q.unit else q.text for k, q in asks.items()}
    helps = {k: q.help for k, q in asks.items() if q.help}
    return _words(text), _words(helps) if len(helps) == len(asks) else None


def _said(hint: Words | None, key: str, **words: str) -> Words:
    """What helps to answer, and a text of the frame after it."""
    before = {k: f"{hint.said(k)} " if hint is not None else "" for k in LANGUAGES}
    return _words({k: before[k] + say(key, k, **words) for k in LANGUAGES})


def _single(path: str, kind: ColumnKind, *, required: bool = False) -> Line:
    column = _field(path.rpartition("/")[2], kind, required=required)
    return Line(f"{SINGLE}/{path}", column.text, column)


def _field(
    key: str, kind: ColumnKind, *, options: dict[str, Words] | None = None, required: bool = False
) -> Column:
    words = frame_words()
    return Column(
        id=key,
        kind=kind,
        text=words[f"f_{key}"],
        help=words.get(f"f_{key}_help"),
        options=options or {},
        required=required,
    )


def _words(by_language: Mapping[str, str]) -> Words:
    return Words(**{language: by_language[language] for language in LANGUAGES})
