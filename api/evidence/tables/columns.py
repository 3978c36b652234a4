"""Suggests which column of a city's own table stands for which field, by its name and its cells.

What the words mean stands in `headers.yaml`, where a policy person adds to it. A name must be
understood to its last word: a suggestion that is wrong costs more than none, and a person confirms.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

from api.evidence.tables.flattened import is_flattened, path_of
from rubrics.checks import Stage, StageField
from rubrics.text import Plain, read_mapping

HEADERS = Path(__file__).with_name("headers.yaml")

PROCESS_ID = "process.id"
CURRENCY = "process.currency"

_FIELDS = {
    Stage.PLANNING: "id title buyer method category value expected contact status modified",
    Stage.TENDER: (
        "id title buyer method category value opens closes status bidders contact start end "
        "modified"
    ),
    Stage.AWARD: (
        "id tender_id title buyer method category supplier supplier_id value date start end status "
        "bidders modified"
    ),
    Stage.CONTRACT: (
        "id award_id tender_id title buyer method category supplier supplier_id value date start "
        "end status modified"
    ),
    Stage.IMPLEMENTATION: "id contract_id title status date amount supplier modified",
}

FIELDS: frozenset[str] = frozenset({PROCESS_ID, CURRENCY}) | {
    f"{stage}.{StageField(name)}" for stage, names in _FIELDS.items() for name in names.split()
}
"""What a column can stand for: the fields that are counted in the records of each stage, the number
of the whole procurement, and the currency of all amounts of the row.

There is none for a licence: in city tables such a column is the contractor's.
"""

ALIASES: Mapping[str, str] = {
    "planning.amount": "planning.value",
    "tender.tender_id": "tender.id",
    "tender.amount": "tender.value",
    "award.award_id": "award.id",
    "award.amount": "award.value",
    "contract.contract_id": "contract.id",
    "contract.amount": "contract.value",
    "implementation.value": "implementation.amount",
}
"""Other names of the same field, as the rubric has them."""

DAYS = frozenset({"opens", "closes", "date", "start", "end", "expected", "modified"})
AMOUNTS = frozenset({"value", "amount"})
ROUGH = frozenset({"planning.expected", "planning.value"})
"""What a plan may tell roughly: `Q2 2026`, `$50,000 to $100,000`, `Over $1M`."""

JOINT = " + "
"""Parts the fields of a column that stands for several, such as `tender.id + process.id`."""

_MAIN = "main"
_SHARED = frozenset({"main.buyer", "main.method", "main.title", "main.category", "main.contact"})
_DIGITS = re.compile(r"\d")
_DAY_LIKE = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ,].{0,30})?|(?:19|20)\d{6}|\d{1,2}[ -]\w{3,10}.{2,12}"
    r"|[A-Za-z]{3,10}\.? \d{1,2},? \d{4}.{0,20}"
)
_AMOUNT_LIKE = re.compile(r"\(?-?[A-Za-z]{0,3}[$€£₲./ ]{0,4}-?\d[\d.,\s']*(?:[A-Za-z]{3}|[€%])?\)?")


class Words(NamedTuple):
    """What `headers.yaml` says, ready for looking up, in the order of the file."""

    headers: Mapping[frozenset[str], str]
    paths: Mapping[str, str]
    told_by_cells: Mapping[frozenset[str], tuple[str, ...]]
    methods: Mapping[str, str]
    statuses: Mapping[str, str]
    categories: Mapping[str, str]
    blanks: frozenset[str]
    months: Mapping[str, int]
    spelling: "Spelling"


class Spelling(NamedTuple):
    """How the words of a name are made alike."""

    short: Mapping[str, str]
    ignored: frozenset[str]
    plurals: frozenset[str]


def fields_of(text: str) -> tuple[str, ...]:
    """The fields that a mapping names, parted by commas or plus signs, each by its first name."""
    names = (part.strip() for part in re.split(r"[,+]", text))
    return tuple(dict.fromkeys(ALIASES.get(name, name) for name in names if name))


def suggest_fields(
    names: Sequence[str], cells: Sequence[Sequence[str]] | None = None
) -> tuple[str | None, ...]:
    """For each column the field that it seems to stand for, or `None`.

    `cells` are examples of what stands in each column; where there are some, they must agree.
    """
    words = load_words()
    examples = cells if cells is not None else [()] * len(names)
    paths = words.paths if is_flattened(names) else {}
    found = [
        paths.get(path_of(name)) or _field(name, some, words)
        for name, some in zip(names, examples, strict=True)
    ]
    ranks = [_rank(name, field, paths) for name, field in zip(names, found, strict=True)]
    main = _main_stage({field for field in found if field is not None})
    # What holds for the procurement as a whole stands with its tender, and awards take it over.
    solicited = main is not Stage.PLANNING and any(
        (field or "").startswith(("tender.", PROCESS_ID)) for field in found
    )
    shared = Stage.TENDER if solicited else main
    if main is Stage.PLANNING:
        found = ["planning.value" if field == "tender.value" else field for field in found]
    placed = [_placed(field, shared if field in _SHARED else main) for field in found]
    fitting = [
        field if field is not None and _fits(field, some) else None
        for field, some in zip(placed, examples, strict=True)
    ]
    first = _first_of_each(fitting, ranks)
    return tuple(first if paths else _with_process(first))


def code_of(text: str, codes: Mapping[str, str]) -> str:
    """The code of a cell: of its whole text, else of the longest phrase that stands in it."""
    plain = f" {' '.join(_tokens(text))} "
    whole = codes.get(plain.strip())
    if whole is not None:
        return whole
    there = [phrase for phrase in codes if f" {phrase} " in plain]
    longest = max((phrase.count(" ") for phrase in there), default=0)
    among = {codes[phrase] for phrase in there if phrase.count(" ") == longest}
    return among.pop() if len(among) == 1 else ""


@cache
def load_words() -> Words:
    """Everything that `headers.yaml` says."""
    told, _ = read_mapping(HEADERS.read_bytes(), name=HEADERS.name)
    spelling = Spelling(
        short={name: _plain(str(word)) for name, word in _mapping(told["short"]).items()},
        ignored=frozenset(_texts(told["ignored"])),
        plurals=frozenset(_texts(told["plurals"])),
    )

    def key(phrase: str) -> frozenset[str]:
        return _key(phrase, spelling)

    headers: dict[frozenset[str], str] = {}
    for field, phrases in _mapping(told["fields"]).items():
        for phrase in _phrases(phrases):
            headers.setdefault(key(phrase), field)
    never = {key(phrase) for phrase in _texts(told["never"])}
    for phrase, field in _composed(_mapping(told["stages"]), _mapping(told["kinds"])):
        if key(phrase) not in never:
            headers.setdefault(key(phrase), field)
    return Words(
        headers=headers,
        paths={
            path_of(path): field
            for field, paths in _mapping(told["paths"]).items()
            for path in _texts(paths)
        },
        told_by_cells={
            key(phrase): tuple(fields.split())
            for fields, phrases in _mapping(told["told_by_cells"]).items()
            for phrase in _phrases(phrases)
        },
        methods=_codes(told["methods"]),
        statuses=_codes(told["statuses"]),
        categories={_spaced(phrase): "yes" for phrase in _phrases(told["categories"])},
        blanks=frozenset(text.lower() for text in _texts(told["blanks"])),
        months={str(k): int(str(v)) for k, v in _mapping(told["months"]).items()},
        spelling=spelling,
    )


# --- from a name to a field -----------------------------------------------------------------------


def _field(name: str, cells: Sequence[str], words: Words) -> str | None:
    key = _key(name, words.spelling)
    fields = words.told_by_cells.get(key)
    return _told_by_cells(fields, cells, words) if fields else words.headers.get(key)


def _rank(name: str, field: str | None, paths: Mapping[str, str]) -> int:
    """Where in `headers.yaml` it stands what a column is taken for: what stands first wins."""
    if path_of(name) in paths:
        return list(paths).index(path_of(name)) - len(paths)
    fields = list(dict.fromkeys(load_words().headers.values()))
    return fields.index(field) if field in fields else len(fields)


def _told_by_cells(fields: Sequence[str], cells: Sequence[str], words: Words) -> str | None:
    """`Procurement Type` may be the method or the category: one of them is what its cells say."""
    codes = {
        "main.method": words.methods,
        "main.category": words.categories,
        "main.status": words.statuses,
    }
    for field in fields:
        if cells and 2 * sum(bool(code_of(cell, codes[field])) for cell in cells) >= len(cells):
            return field
    return None


def _main_stage(found: set[str]) -> Stage:
    """What the table is about: the latest stage that only its other columns can belong to.

    A table of contracts that calls its amounts awards is about awards, for there the rubric asks
    for supplier and amount, and a contract takes them over from its award.
    """
    own = {field.split(".")[0] for field in found} - {_MAIN, "process"}
    if not own & {Stage.AWARD, Stage.CONTRACT} and Stage.IMPLEMENTATION in own:
        return Stage.IMPLEMENTATION
    for stage in (Stage.AWARD, Stage.CONTRACT):
        if stage in own:
            return stage
    if {"main.supplier", "main.supplier_id"} & found:
        return Stage.AWARD
    # An estimate stands in plans and in solicitations; all else of a tender in these alone.
    tendered = {field for field in found if field.startswith("tender.")} - {"tender.value"}
    return Stage.PLANNING if Stage.PLANNING in own and not tendered else Stage.TENDER


def _placed(field: str | None, main: Stage) -> str | None:
    """`main.` stands for the stage that the table is about, if that has such a field."""
    if field is None or not field.startswith(f"{_MAIN}."):
        return field
    placed = ALIASES.get(f"{main}.{field[5:]}", f"{main}.{field[5:]}")
    return placed if placed in FIELDS else None


def _fits(field: str, cells: Sequence[str]) -> bool:
    """Whether at least half of the cells look like what the field holds."""
    name = field.split(".")[1]
    if not cells:
        return True
    if field in ROUGH:
        looks = sum(_DIGITS.search(cell) is not None for cell in cells)
    elif name in DAYS:
        looks = sum(_DAY_LIKE.fullmatch(cell) is not None for cell in cells)
    elif name in AMOUNTS:
        looks = sum(_AMOUNT_LIKE.fullmatch(cell) is not None for cell in cells)
    elif name == StageField.BIDDERS:
        looks = sum(cell.split(".")[0].isdecimal() for cell in cells)
    elif name in {StageField.ID, StageField.SUPPLIER_ID}:
        looks = sum(_DIGITS.search(cell) is not None for cell in cells)
    elif name in {StageField.SUPPLIER, StageField.BUYER, StageField.TITLE}:
        looks = sum(any(map(str.isalpha, cell)) for cell in cells)
    else:
        return True
    return 2 * looks >= len(cells)


def _first_of_each(fields: Sequence[str | None], ranks: Sequence[int]) -> list[str | None]:
    """Each field once: for the name that stands first in the list, then the first column."""
    best: dict[str, int] = {}
    for place, field in enumerate(fields):
        if field is not None and (field not in best or ranks[place] < ranks[best[field]]):
            best[field] = place
    return [field if field and best[field] == place else None for place, field in enumerate(fields)]


def _with_process(fields: list[str | None]) -> list[str | None]:
    """The number of the tender is that of the process too, and the other way round, if alone."""
    pair = {"tender.id", PROCESS_ID} & {field for field in fields if field}
    if len(pair) != 1:
        return fields
    both = JOINT.join(("tender.id", PROCESS_ID))
    return [both if field in pair else field for field in fields]


# --- words ----------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    """Without accents, in small letters; `Nº`, `N°` and `#` are `no`."""
    plain = unicodedata.normalize(
        "NFKD", text.replace("°", "o").replace("º", "o").replace("ª", "a").replace("#", " no ")
    )
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).lower()


def _tokens(text: str) -> list[str]:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", text)  # ContractNumber
    return re.findall(r"[^\W_]+", _plain(parted))


def _spaced(text: str) -> str:
    return " ".join(_tokens(text))


def _key(text: str, spelling: Spelling) -> frozenset[str]:
    whole = (spelling.short.get(token, token) for token in _tokens(text[:300]))
    kept = (token for token in whole if token not in spelling.ignored)
    return frozenset(
        token[:-1]
        if len(token) > 3 and token.endswith("s") and token not in spelling.plurals
        else token
        for token in kept
    )


def _composed(stages: Mapping[str, Plain], kinds: Mapping[str, Plain]) -> Iterator[tuple[str, str]]:
    """Every stage's word with every kind's word, where the stage has such a field."""
    for (stage, of_stage), (kind, of_kind) in product(stages.items(), kinds.items()):
        field = f"{stage}.{kind}"
        if field in FIELDS:
            for left, right in product(_texts(of_stage), _texts(of_kind)):
                yield f"{left} {right}", field


def _codes(told: Plain) -> dict[str, str]:
    return {
        _spaced(phrase): code
        for code, phrases in _mapping(told).items()
        for phrase in _phrases(phrases)
    }


def _phrases(told: Plain) -> Iterator[str]:
    """The phrases of all languages."""
    for phrases in _mapping(told).values():
        yield from _texts(phrases)


def _mapping(told: Plain) -> Mapping[str, Plain]:
    return told if isinstance(told, dict) else {}


def _texts(told: Plain) -> Iterable[str]:
    return [str(text) for text in told] if isinstance(told, list) else []
