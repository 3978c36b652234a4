"""Begins a new criterion: files that are sound at once, and a list of what to fill in.

Rubrics are written by hand, with comments. So nothing is read and written back: lines are put in
where they belong, and every other line stays as it is.
"""

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from api.linting import NEEDED
from rubrics import words
from rubrics.loader import load_rubric
from rubrics.problems import InputError, Place, Problem, suggestion
from rubrics.schema import Criterion, Practice, Rubric
from rubrics.text import Plain, read_mapping

CODE = re.compile(r"([A-Z]{2,4})[0-9]{1,2}")


@dataclass(frozen=True, slots=True)
class Scaffold:
    """The files of a new criterion as they are to be written, by their names in the folder."""

    code: str
    practice: Practice
    files: Mapping[str, str]
    new: tuple[str, ...]


def scaffold(folder: Path, code: str) -> Scaffold:
    """A new criterion of this code (or, for one that is only declared so far, its full depth).

    Nothing is written here but in a copy, where the result must load. `InputError` says why it
    cannot be done.
    """
    rubric = load_rubric(folder)
    practice = _practice_of(rubric, code)
    known = next((c for c in practice.criteria if c.id == code), None)
    name = code.lower()
    new = (f"criteria/{name}.yaml", f"cases/{name}.yaml")
    taken = [new[0]] if known is not None and known.assessed else []
    taken += [file for file in new if (folder / file).exists() and file not in taken]
    if taken:
        raise InputError(
            [Problem("output.exists", Place(str(folder / f)), {"file": f}) for f in taken]
        )
    files = {
        new[0]: _criterion_text(rubric, code, known),
        new[1]: _cases_text(rubric, code),
        "rubric.yaml": _rubric_text(folder, practice, code),
    }
    with TemporaryDirectory() as place:
        copy = Path(place) / "rubric"
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("submissions", "cases"))
        for file in ("rubric.yaml", new[0]):
            (copy / file).parent.mkdir(exist_ok=True)
            (copy / file).write_text(files[file], encoding="utf-8")
        whole = load_rubric(copy)
    old = words.texts(rubric)
    stubs = {path: text for path, text in words.texts(whole).items() if path not in old}
    for path in sorted(folder.glob("words/*.yaml")):
        files[f"words/{path.name}"] = _words_text(path, code, stubs)
    return Scaffold(code, practice, files, new)


def _practice_of(rubric: Rubric, code: str) -> Practice:
    """The practice whose code the criterion's begins with: `RDC9` belongs to `RDC`."""
    match = CODE.fullmatch(code)
    prefix = match[1] if match else code
    found = next((p for p in rubric.practices if p.id == prefix and match), None)
    if found is None:
        known = [p.id for p in rubric.practices]
        params = {
            "code": code,
            "known": ", ".join(known),
            "suggestion": suggestion(prefix, known),
        }
        raise InputError([Problem("criterion.code", Place(code), params)])
    return found


# --- the files ------------------------------------------------------------------------------------


def _criterion_text(rubric: Rubric, code: str, known: Criterion | None) -> str:
    name, vocabulary = code.lower(), rubric.vocabulary
    kind, role, activity = (
        next(iter(names), "fill_in")
        for names in (vocabulary.evidence_kinds, vocabulary.roles, vocabulary.activities)
    )
    ref = next(iter(rubric.sources), "interpretation")
    title = known.title if known else f"Title of {code}"
    statement = known.statement if known else "What the city does when this is met, as a fact."
    return f"""\
# {code}: a beginning. Every sentence below is to be replaced; the keys are explained in the other
# files of this folder, and `readiness rubric lint` says what is still wrong.

id: {code}
title: {_quoted(title)}
statement: {_quoted(statement)}

requirements:
  - id: {name}-first
    title: The first requirement, said as a fact that is true when it is met
    ask: {{kind: yes_no, text: "Is it so?"}}
    check: {{is: yes}}
    proof: {{evidence: [{kind}], where: [dated_within: 12 months]}}
    counts_as_proof: What a reviewer accepts as proof.
    why: Why it matters.
    source: {{refs: [{ref}], thresholds: interpretation}}
    remedy:
      title: What to do when it is not met
      steps:
        - The first step.
      effort_days: 1
      weeks: 1
      roles: [{role}]
      activity: [{activity}]

# --- when the criterion is met -------------------------------------------------------------------

passes:
  source: {{refs: [{ref}], thresholds: interpretation}}
  rule:
    all_of:
      - {name}-first
"""


def _cases_text(rubric: Rubric, code: str) -> str:
    name = f"{code.lower()}-first"
    kind = next(iter(rubric.vocabulary.evidence_kinds), "fill_in")
    lines = [f"# {code}: each requirement needs a case for each of: {', '.join(NEEDED)}.\n"]
    lines += [
        f"""
- name: {about} is met when the answer is yes and proof of this year is handed in
  about: {about}
  on: 2025-11-03
  answers: {{{name}: yes}}
  evidence: [{{id: proof, kind: {kind}, dated: 2025-06-01, serves: [{name}]}}]
  expect: {{claimed: met, evidenced: met}}

- name: {about} is not met when the answer is no
  about: {about}
  on: 2025-11-03
  answers: {{{name}: no}}
  expect: {{claimed: not_met, evidenced: not_met}}

- name: Nobody can tell about {about} before the question is answered
  about: {about}
  on: 2025-11-03
  expect: {{claimed: unanswered, evidenced: unanswered}}
"""
        for about in (name, code)
    ]
    return "".join(lines)


def _rubric_text(folder: Path, practice: Practice, code: str) -> str:
    """rubric.yaml with the bare code under its practice; a declared criterion gives way to it."""
    file = folder / "rubric.yaml"
    value, places = read_mapping(file.read_bytes(), name=str(file))
    lines = _lines(file)
    i, entries = _criteria_of(value, practice)
    codes = [entry.get("id") if isinstance(entry, dict) else entry for entry in entries]
    j = codes.index(code) if code in codes else len(codes) - 1
    place = places["practices", i, "criteria", j]
    start = place.line - 1
    if lines[start][: place.column - 1].strip() != "-":
        raise InputError([Problem("criterion.one_a_line", place, {"id": practice.id})])
    end = _end_of_block(lines, start)
    kept = lines[:start] if code in codes else lines[:end]
    return "".join([*kept, f"{_indent(lines[start])}- {code}\n", *lines[end:]])


def _criteria_of(value: Mapping[str, Plain], practice: Practice) -> tuple[int, list[Plain]]:
    """The entries of a practice as they were written, and which practice it is."""
    practices = value["practices"]
    for i, entry in enumerate(practices if isinstance(practices, list) else []):
        if isinstance(entry, dict) and entry.get("id") == practice.id:
            criteria = entry["criteria"]
            return i, criteria if isinstance(criteria, list) else []
    raise KeyError(practice.id)


def _words_text(file: Path, code: str, stubs: Mapping[tuple[str, ...], str]) -> str:
    """A words file with the new sentences at the end of their criterion, still in English."""
    value, places = read_mapping(file.read_bytes(), name=str(file))
    lines = _lines(file)
    criteria = value.get("criteria")
    known = list(criteria) if isinstance(criteria, dict) else []
    if not known:
        text = "".join(lines) + ("" if "criteria" in value else "\ncriteria:\n")
        return text + _nested({path[1:]: text for path, text in stubs.items()}, 2)
    above: tuple[str, ...] = ("criteria", code) if code in known else ("criteria",)
    block = places["#", *above].line - 1
    child = next(path for path in places if path[:1] == ("#",) and path[1:-1] == above)
    column = places[child].column - 1
    if lines[places[child].line - 1][:column].strip():  # `{…}`: lines cannot be put in
        raise InputError([Problem("criterion.one_a_line", places[child], {"id": above[-1]})])
    end = _end_of_block(lines, block)
    inner = {path[len(above) :]: text for path, text in stubs.items()}
    return "".join([*lines[:end], _nested(inner, column), *lines[end:]])


def _nested(texts: Mapping[tuple[str, ...], str], indent: int) -> str:
    """Sentences by path as indented YAML."""
    lines: list[str] = []
    open_: tuple[str, ...] = ()
    for path, text in texts.items():
        shared = next((i for i, (a, b) in enumerate(zip(path, open_, strict=False)) if a != b), 0)
        last = len(path) - 1
        margins = [" " * (indent + 2 * depth) for depth in range(last + 1)]
        lines += [f"{margins[i]}{_key(path[i])}:\n" for i in range(shared, last)]
        lines.append(f"{margins[last]}{_key(path[last])}: {_quoted(text)}\n")
        open_ = path
    return "".join(lines)


def _key(word: str) -> str:
    return f'"{word}"' if word.isdecimal() else word


def _quoted(text: str) -> str:
    """Text as YAML reads it back, whatever is in it."""
    return json.dumps(text, ensure_ascii=False)


def _lines(file: Path) -> list[str]:
    """The lines of a file, the last one ended as well."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    return lines


def _end_of_block(lines: list[str], start: int) -> int:
    """The line after the last one that is indented deeper than `start`; comments do not count."""
    end = start + 1
    for i in range(start + 1, len(lines)):
        text = lines[i].strip()
        if not text or text.startswith("#"):
            continue
        if len(_indent(lines[i])) <= len(_indent(lines[start])):
            break
        end = i + 1
    return end


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
