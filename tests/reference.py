"""Writes the reference of check kinds into rubrics/README.md: `python -m tests.reference`."""

import inspect
import re
from pathlib import Path

from rubrics.checks import KINDS, AnswerCheck, Check, Family

PAGE = Path(__file__).parent.parent / "rubrics" / "README.md"
START = "<!-- kinds: written by `python -m tests.reference` -->\n"
END = "<!-- end of kinds -->"

TITLES = {
    Family.STRUCTURE: "Groups",
    Family.RULE: "In pass rules",
    Family.ANSWERS: "On answers",
    Family.TABLES: "On tables: answers or evidence",
    Family.EVIDENCE: "On evidence",
    Family.FACTS: "On one piece of evidence, inside `where`",
}
HIDDEN = {*Check.model_fields, *AnswerCheck.model_fields}


def kinds_page() -> str:
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


def renewed(text: str) -> str:
    """The page with its tables as the code says today."""
    pattern = re.compile(re.escape(START) + ".*?" + re.escape(END), re.DOTALL)
    return pattern.sub(lambda _: START + kinds_page() + END, text)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8")
