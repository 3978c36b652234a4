"""The documents are true: commands run, tables are in step, links lead somewhere."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reference import REFERENCES, renewed

ROOT = Path(__file__).parent.parent
GUIDES = ("api", "api/evidence", "api/rest", "rubrics")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / guide / "README.md" for guide in GUIDES)])
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = re.findall(r"^readiness .+$", README, re.MULTILINE)
RUN = [sys.executable, "-c", "from api.cli import main; main()"]


@pytest.mark.parametrize("command", COMMANDS)
def test_command_of_the_readme_runs(command):
    words = shlex.split(command)[1:]

    run = subprocess.run([*RUN, *words], cwd=ROOT, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stderr
    assert run.stdout.strip()


def test_readme_shows_what_the_demo_prints(tmp_path):
    shown = README.split("```")[1].strip()

    run = subprocess.run(
        [*RUN, "demo", "--out", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "200", "LC_ALL": "C.UTF-8"},
    )

    printed = run.stdout.replace(f"{tmp_path}/", "out/")
    assert [" ".join(line.split()) for line in shown.splitlines()] == [
        " ".join(line.split()) for line in printed.splitlines()[: len(shown.splitlines())]
    ]


@pytest.mark.parametrize("page", REFERENCES, ids=lambda page: page.parent.name)
def test_generated_reference_is_in_step(page):
    assert renewed(page) == page.read_text("utf-8"), "run python -m tests.reference"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    text = page.read_text("utf-8")
    links = [*re.findall(r"\]\(([^)#\s]+)", text), *re.findall(r'src="([^"]+)"', text)]

    dead = [link for link in links if "://" not in link and not (page.parent / link).exists()]

    assert not dead
