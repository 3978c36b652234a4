"""Writes what is generated from code into its pages: `python -m tests.reference`."""

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path

from api.evidence.figures.key_figures import DEFINITIONS
from api.settings import Settings
from reports import labels
from reports.i18n import load_language
from rubrics.checks import KINDS, AnswerCheck, Check, Family

ROOT = Path(__file__).parent.parent

TITLES = {
    Family.STRUCTURE: "Groups",
    Family.RULE: "In pass rules",
    Family.ANSWERS: "On answers",
    Family.TABLES: "On tables: answers or evidence",
    Family.EVIDENCE: "On evidence",
    Family.FACTS: "On one piece of evidence, inside `where`",
}
HIDDEN = {*Check.model_fields, *AnswerCheck.model_fields}


def kinds_of_checks() -> str:
    """The tables of check kinds, from the classes' own docstrings."""
    lines = []
    for family, title in TITLES.items():
        lines += ["", f"### {title}", "", "| key | other keys | what it asks |", "|---|---|---|"]
        told = set()
        for key, (kind, own_family) in KINDS.items():
            if own_family is not family or kind in told:
                continue
            told.add(kind)
            names = [f.alias or n for n, f in kind.model_fields.items() if n not in HIDDEN]
            others = ", ".join(f"`{name}`" for name in names if name != key)
            text = " ".join(str(inspect.getdoc(kind)).split())
            lines.append(f"| `{key}` | {others} | {text} |")
    return "\n".join(lines) + "\n\n"


def key_figures() -> str:
    """What each key figure divides by what, from its definition."""
    english = load_language("en")
    lines = ["", "| figure | in | from | divided by | source |", "|---|---|---|---|---|"]
    for name, figure in DEFINITIONS.items():
        title = labels.label(labels.FIGURES, name, english)
        parts = (f"{title} (`{name}`)", figure.unit, figure.numerator, figure.denominator)
        lines.append(f"| {' | '.join(parts)} | {figure.source} |")
    return "\n".join(lines) + "\n\n"


def settings() -> str:
    """The table of settings, from their own descriptions."""
    lines = ["", "| setting | without it | what it is for |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.default
        without = "not set" if default is None else "empty" if default == "" else f"`{default}`"
        without = without.lower() if isinstance(default, bool) else without
        lines.append(f"| `READINESS_{name.upper()}` | {without} | {field.description} |")
    return "\n".join(lines) + "\n\n"


def client() -> str:
    """The example of a typed client, as the tests run it."""
    code = (ROOT / "tests" / "api" / "rest" / "client.py").read_text("utf-8")
    return f"\n```python\n{code}```\n\n"


REFERENCES: Mapping[Path, Mapping[str, Callable[[], str]]] = {
    ROOT / "rubrics" / "README.md": {"kinds": kinds_of_checks},
    ROOT / "api" / "evidence" / "README.md": {"key figures": key_figures},
    ROOT / "api" / "rest" / "README.md": {"settings": settings, "client": client},
}
"""The references in each page by name, and who writes them."""


def renewed(page: Path) -> str:
    """The page with its references as the code says today."""
    text = page.read_text("utf-8")
    for name, build in REFERENCES[page].items():
        start = f"<!-- {name}: written by `python -m tests.reference` -->\n"
        end = f"<!-- end of {name} -->"
        before, _, rest = text.partition(start)
        _, found, after = rest.partition(end)
        if not found:
            raise ValueError(f"{page.name} has no place for '{name}'")
        text = before + start + build() + end + after
    return text


if __name__ == "__main__":
    for page in REFERENCES:
        page.write_text(renewed(page), "utf-8")
