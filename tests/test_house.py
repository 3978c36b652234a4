"""The architecture, executable: who imports whom, what touches the world, what belongs together."""

import ast
import importlib
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main
from babel.messages.pofile import read_po

from api.cli import app
from api.linting import lint
from api.schemas import RUBRIC_SCHEMA, rubric_schema, to_text
from assessment.cases import submission_of
from assessment.codes import Code
from assessment.engine import ENGINE_VERSION
from assessment.judge import Scope, judge_of
from assessment.results import Trace, Verdict
from assessment.sight import Sight, sight_of
from reports.i18n import LANGUAGES, Message
from reports.sections.calendar import OBSTACLES
from reports.sentences import SENTENCES
from reports.wording import GOALS, KINDS, LENSES, VERDICTS
from rubrics import checks
from rubrics.loader import LIBRARY, load_cases
from rubrics.model import Located
from rubrics.schema import Rubric
from tests.builders import CHECKS, check

ROOT = Path(__file__).parent.parent
PACKAGES = ("rubrics", "assessment", "reports", "api")
FOLDERS = {*PACKAGES, "tests", "requirements"}
LEFT_BY_TOOLS = {"build", "dist", "htmlcov", "out"}
RUBRICS = sorted(path.parent.name for path in LIBRARY.glob("*/rubric.yaml"))


def modules(*folders: str) -> list[Path]:
    """Every module in these folders, as a path from the root."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path.relative_to(ROOT) for path in found)


def source(module: Path) -> str:
    return (ROOT / module).read_text("utf-8")


# --- who imports whom, and what may touch the world -----------------------------------------------


def test_nothing_imports_against_the_arrow():
    command = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"

    run = subprocess.run(
        [sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stdout + run.stderr


MAY_TOUCH_THE_DISK = {
    *("rubrics/loader.py", "reports/i18n.py"),
    *("reports/renderer/pages.py", "reports/renderer/printer.py"),
}
"""Besides `api`, where the effects of the project live."""

WORLDLY_MODULES = {
    *("os", "io", "sys", "shutil", "tempfile", "subprocess", "socket", "urllib", "http"),
    *("sqlite3", "time", "locale", "logging", "random", "secrets", "threading", "asyncio"),
}
WORLDLY_NAMES = {"open", "input", "print", "exec", "eval", "__import__", "breakpoint"}
WORLDLY_METHODS = {
    *("read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "glob", "rglob"),
    *("exists", "is_file", "is_dir", "stat", "mkdir", "unlink", "cwd", "home", "resolve"),
    *("now", "utcnow", "today", "fromtimestamp", "getenv", "environ"),
}


def effects(module: Path) -> Iterator[str]:
    """What a module does that depends on more than its arguments."""
    for node in ast.walk(ast.parse(source(module))):
        match node:
            case ast.Import(names=names):
                yield from (n.name for n in names if n.name.split(".")[0] in WORLDLY_MODULES)
            case ast.ImportFrom(module=str(name)) if name.split(".")[0] in WORLDLY_MODULES:
                yield name
            case ast.Call(func=ast.Name(id=name)) if name in WORLDLY_NAMES:
                yield name
            case ast.Attribute(attr=name) if name in WORLDLY_METHODS:
                yield name
            case _:
                pass


PURE = [m for m in modules("rubrics", "assessment", "reports") if str(m) not in MAY_TOUCH_THE_DISK]


@pytest.mark.parametrize("module", [m for m in PURE if "static" not in m.parts], ids=str)
def test_module_depends_on_nothing_but_its_arguments(module):
    assert list(effects(module)) == []


def test_effects_are_found():
    assert "read_bytes" in list(effects(Path("rubrics/loader.py")))
    assert "os" in list(effects(Path("reports/renderer/printer.py")))


# --- rooms and names ------------------------------------------------------------------------------

LARGE_ROOMS = {
    "api/db/migrations/versions/v0001_first_tables.py": "a migration is what Alembic made of it",
    "rubrics/checks.py": "the closed list of check kinds is one list",
    "rubrics/lint.py": "what is wrong with a rubric is told at once, by one walk over it",
}
"""The modules of more than 350 lines, and why each is better whole."""


@pytest.mark.parametrize("module", modules(*PACKAGES, "tests"), ids=str)
def test_module_says_what_it_is_for(module):
    words = ast.get_docstring(ast.parse(source(module)))

    assert words, "the first line of a module says what it is for"
    assert words.splitlines()[0].rstrip()[-1] in ".:!"


@pytest.mark.parametrize("module", modules(*PACKAGES), ids=str)
def test_room_is_not_too_large(module):
    lines = len(source(module).splitlines())

    assert (lines > 350) == (str(module) in LARGE_ROOMS), lines


def by_kind_and_name(name: str) -> tuple[int, str]:
    """Constants, then types, then functions, each in the order of the alphabet."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


@pytest.mark.parametrize("name", PACKAGES)
def test_package_lists_its_public_names(name):
    package = importlib.import_module(name)
    tree = ast.parse(source(Path(name) / "__init__.py"))
    imported = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }

    offered = getattr(package, "__all__", [])

    assert list(offered) == sorted(offered, key=by_kind_and_name)
    assert set(offered) == imported
    assert all(hasattr(package, word) for word in offered)


def test_folders_are_those_of_the_house():
    found = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] != "."}

    assert found - LEFT_BY_TOOLS == FOLDERS


# --- every check kind -----------------------------------------------------------------------------

KIND_NAMES = sorted({checks.kind_of(check(text)) for text in CHECKS.values()})


@pytest.mark.parametrize("kind", [name for name in checks.KINDS if name != "max"])
def test_check_kind_has_a_meaning(kind):
    judge = judge_of(check(CHECKS[kind]), Scope("q", in_facts=True))

    state, trace = judge(Sight(date(2025, 11, 3), states={"x": 1}))

    assert trace.kind == kind
    assert isinstance(trace.verdict, Verdict)
    assert state


@cache
def messages_of(language: str) -> dict[str, str]:
    """What the catalogue of a language says for each English sentence."""
    path = ROOT / f"reports/locale/{language}/LC_MESSAGES/readiness.po"
    with path.open("rb") as file:
        catalogue = read_po(file)
    found = {}
    for message in catalogue:
        msgid = message.id if isinstance(message.id, str) else message.id[0]
        said = message.string or ""
        words = said if isinstance(said, str) else " ".join(said)
        if msgid and words.strip() and not message.fuzzy:
            found[msgid] = words
    return found


@pytest.mark.parametrize("language", LANGUAGES[1:])
@pytest.mark.parametrize(
    "table",
    [KINDS, VERDICTS, LENSES, GOALS, SENTENCES, OBSTACLES],
    ids=lambda table: str(next(iter(table))),
)
def test_everything_that_is_said_is_said_in_every_language(table, language):
    missing = [key for key, said in table.items() if said.text not in messages_of(language)]

    assert not missing


def test_every_obstacle_of_a_plan_has_a_sentence():
    planning = "".join(source(m) for m in modules("assessment/planning"))

    assert set(re.findall(r'Obstacle\(\s*code="([a-z_.]+)"', planning)) == set(OBSTACLES)


def test_every_step_of_a_trace_has_a_name():
    own = {"route", "requirement", "entry", "prerequisites", "declared", "decision"}

    assert set(KINDS) == {*checks.KINDS, *own, "not_applicable"}
    assert all(isinstance(name, Message) for name in KINDS.values())


# --- every reason ---------------------------------------------------------------------------------


def test_every_reason_has_a_sentence():
    assert set(SENTENCES) == set(Code)


@pytest.mark.parametrize("code", list(Code))
def test_every_reason_is_given_somewhere(code):
    places = [m for m in modules("assessment") if m.name != "codes.py"]

    assert any(f"Code.{code.name}" in source(module) for module in places)


@pytest.mark.parametrize("code", list(Code))
def test_reason_is_called_by_a_noun_and_its_state(code):
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", code.value)


# --- every rubric of the library ------------------------------------------------------------------


@cache
def case_steps(name: str) -> frozenset[tuple[str, str]]:
    """Every kind of check with the verdicts that the cases of a rubric bring out of it."""
    from rubrics.loader import load_rubric

    rubric = load_rubric(LIBRARY / name)
    found: set[tuple[str, str]] = set()
    for case, _ in load_cases(LIBRARY / name):
        about, on = str(case["about"]), date.fromisoformat(str(case["on"]))
        submission = submission_of(rubric, case)
        own = rubric.requirements.get(about)
        if own is None:
            continue
        pieces = submission.evidence
        answers = submission.answers
        serving = (
            None
            if pieces is None
            else [sight_of(piece, answers, on) for piece in pieces if about in piece.serves]
        )
        sight = Sight(on, answers, serving)
        for one in (own.check, own.proof, *(flag.unless for flag in own.flags)):
            found.update(steps_of(judge_of(one, Scope(about))(sight)[1]))
    return frozenset(found)


def steps_of(trace: Trace) -> Iterator[tuple[str, str]]:
    known = trace.verdict in (Verdict.MET, Verdict.NOT_MET)
    yield trace.kind, trace.verdict.value if known else "open"
    for child in trace.children:
        yield from steps_of(child)


def kinds_in(one: checks.Check) -> Iterator[str]:
    yield checks.kind_of(one)
    for _, group in checks.children(one):
        for child in group:
            yield from kinds_in(child)


def kinds_of_requirements(rubric: Rubric) -> set[str]:
    """The kinds of check that the requirements of a rubric use."""
    return {
        kind
        for own in rubric.requirements.values()
        for one in (own.check, own.proof, *(flag.unless for flag in own.flags))
        for kind in kinds_in(one)
    }


def test_cases_show_every_kind_in_use_met_not_met_and_open(wwc):
    used = kinds_of_requirements(wwc)

    shown = case_steps("wwc-2022")

    wanted = {(kind, state) for kind in used for state in ("met", "not_met", "open")}
    # What nobody pointed out may still be there, so it is never a "no"; DECISIONS.md says why.
    assert wanted - shown == {("shows", "not_met")}


def test_kinds_that_no_requirement_uses_are_few_and_shown_by_tests(wwc):
    unused = set(KIND_NAMES) - kinds_of_requirements(wwc)

    assert unused == {"requirement", "routes"}  # they stand in pass rules


@pytest.mark.parametrize("name", RUBRICS)
def test_rubric_of_the_library_is_sound(name):
    sound = lint(LIBRARY / name)

    assert sound.languages == tuple(LANGUAGES)
    assert sound.cases > 0


@pytest.mark.parametrize("name", RUBRICS)
def test_every_requirement_names_remedy_source_and_proof(name):
    from rubrics.loader import load_rubric

    for own in load_rubric(LIBRARY / name).requirements.values():
        assert own.source.refs, own.id
        assert own.source.thresholds, own.id
        assert own.remedy.steps, own.id
        assert own.counts_as_proof.strip(), own.id
        assert own.why.strip(), own.id


def fields_set(piece: object) -> Iterator[tuple[str, str]]:
    """Every key that was written in a rubric, with the piece that it is a key of."""
    if isinstance(piece, Located):
        for name in piece.model_fields_set - {"at"}:
            yield type(piece).__name__, name
            yield from fields_set(getattr(piece, name))
    elif isinstance(piece, tuple | dict):
        for child in piece.values() if isinstance(piece, dict) else piece:
            yield from fields_set(child)


def test_every_key_of_the_language_is_used_by_the_library_or_by_the_rubric_of_the_tests(
    wwc, tmp_path
):
    from rubrics.loader import load_rubric
    from tests.rubrics.folders import write

    small = load_rubric(write(tmp_path / "small"))
    used = {*fields_set(wwc), *fields_set(small)}

    todo: list[type[Located]] = [Located]
    keys: set[tuple[str, str]] = set()
    while todo:
        kind = todo.pop()
        todo += kind.__subclasses__()
        if kind.__name__ not in {"Located", "Check", "AnswerCheck"}:
            inherited = {*checks.AnswerCheck.model_fields}
            keys |= {(kind.__name__, name) for name in set(kind.model_fields) - inherited}

    assert keys - used == set()


def test_schema_for_editors_is_in_step():
    assert RUBRIC_SCHEMA.read_text("utf-8") == to_text(rubric_schema()), "readiness rubric schema"
    assert json.loads(RUBRIC_SCHEMA.read_text("utf-8")) == rubric_schema()


# --- versions, commands, places -------------------------------------------------------------------


def test_versions_are_in_step():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    released = re.findall(r"^## \[([0-9][^\]]*)\]", changes, re.MULTILINE)

    assert ENGINE_VERSION == project["version"] == released[0]


def commands(command: Any, *path: str) -> dict[tuple[str, ...], str]:
    """The help text of every command of the command line, by how it is typed."""
    if not hasattr(command, "commands"):
        return {path: command.help or ""}
    found: dict[tuple[str, ...], str] = {}
    for name, inner in command.commands.items():
        found |= commands(inner, *path, name)
    return found


COMMANDS = commands(typer.main.get_command(app))
PAGES = ["README.md", "CONTRIBUTING.md", "api/README.md", "rubrics/README.md"]


@pytest.mark.parametrize("page", PAGES)
def test_page_names_only_commands_that_there_are(page):
    text = (ROOT / page).read_text("utf-8")
    named = re.findall(r"(?:^|`)readiness((?: [a-z][a-z-]+)+)", text, re.MULTILINE)

    for words in (tuple(name.split()) for name in named):
        assert words[:1] in COMMANDS or words[:2] in COMMANDS or words == ("rubric",), words


@pytest.mark.parametrize("command", sorted(COMMANDS), ids=" ".join)
def test_command_is_told_on_a_page_and_helps_with_an_example(command):
    pages = "\n".join((ROOT / page).read_text("utf-8") for page in PAGES)
    told = f"readiness {' '.join(command)}"

    assert told in pages
    assert told in COMMANDS[command]


def text_files() -> list[Path]:
    """Every text that belongs to the project, as a path from the root."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    run = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False)
    if run.returncode:
        pytest.skip("this is no checkout")
    paths = [Path(name) for name in run.stdout.split("\0") if name and (ROOT / name).is_file()]
    binary = {".ttf", ".png", ".pdf", ".mo", ".xlsx", ".docx", ".ods"}
    return [path for path in paths if path.suffix not in binary]


HOME = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/(?!\*)")
REGISTRY = re.compile(r"(?:python" + r"hosted\.org|py" + r"pi\.org/simple|registry\.npm" + r"js)")


def test_no_text_names_a_folder_of_somebodys_machine_or_a_registry():
    texts = {path: (ROOT / path).read_text("utf-8", errors="replace") for path in text_files()}

    assert [str(path) for path, text in texts.items() if HOME.search(text)] == []
    assert [str(path) for path, text in texts.items() if REGISTRY.search(text)] == []
