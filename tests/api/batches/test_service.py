"""Batches in the service: begun once, worked on by workers that die, seen by staff alone."""

import hashlib
import json
import shutil
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from api.batches.duty import Duty
from api.batches.foreman import Foreman, plan_job
from api.batches.hosted import BatchState, Summary
from api.batches.outcome import MAX_COHORT, cohort_told
from api.batches.service import databases_of
from api.batches.stored import take_stored
from api.db import Database
from api.jobs.engine import QUEUE, open_jobs
from api.jobs.ledger import Done
from api.jobs.worker import OFTEN, SELDOM
from api.web.batches import batch_shown
from api.workspace.batches import batches, read_batch
from api.workspace.stored import parse_query
from api.workspace.submitting import submit
from reports.i18n import LANGUAGES, load_language
from rubrics.problems import InputError
from rubrics.schema import Rubric
from tests.api.batches.conftest import results, run, wait_until
from tests.api.batches.hosting import BATCHES, Service, packed, service_of, settings_as_environment
from tests.api.batches.mixture import as_yaml, cities, write_mixture
from tests.api.databases import World, make_world
from tests.api.rest.conftest import app_of, clients

POISONED = (sys.executable, "-m", "tests.api.batches.poisoned_worker")
LINE = b'{"rubric": "wwc-2022", "city": {"name": "Alta", "country": "CL"}}\n'


@pytest.fixture
def service(sqlite: Database) -> Iterator[Service]:
    """The API over SQLite, as staff; no worker runs."""
    with service_of(make_world(sqlite)) as found:
        yield found


def test_the_same_upload_with_the_same_key_is_one_batch(service):
    key = {"headers": {"Idempotency-Key": "march"}}

    first, again = (service.begin("march.jsonl", LINE, **key) for _ in range(2))
    other = service.begin("march.jsonl", LINE * 2, **key)

    assert (first.status_code, again.status_code, other.status_code) == (202, 202, 422)
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert first.headers["Location"] == f"{BATCHES}/{first.json()['id']}"
    folders = service.world.database.settings.batches_folder
    assert [path.name for path in folders.iterdir()] == [first.json()["id"]]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/cron.d/x.csv", "x.csv"),
        ("C:\\Users\\ana\\Março 2025.XLSX", "Março 2025.XLSX"),
        ("a*b <c>|d.jsonl", "a-b -c--d.jsonl"),
        (".hidden.zip", "hidden.zip"),
        ("é" * 300 + ".csv", "é" * 40 + ".csv"),
    ],
)
def test_an_upload_gets_a_name_that_leads_nowhere(service, name, kept):
    begun = service.begin(name, LINE)

    assert begun.json()["name"] == kept


@pytest.mark.parametrize(
    ("name", "content"), [("report.pdf", LINE), ("empty.csv", b""), ("x", LINE)]
)
def test_what_can_hold_no_submission_is_refused_and_leaves_nothing(service, name, content):
    assert service.begin(name, content).status_code == 422

    assert not list(service.world.database.settings.batches_folder.iterdir())


def test_a_batch_without_a_worker_waits_and_can_be_stopped_and_removed(service):
    name = service.begin("march.jsonl", LINE).json()["id"]

    def ask(method: str, path: str = "") -> int:
        found: int = service.client.request(method, f"{BATCHES}/{name}{path}").status_code
        return found

    assert service.read(name)["state"] == "waiting"
    assert ask("DELETE") == 422
    assert ask("POST", "/cancel") == ask("POST", "/cancel") == 200
    assert service.read(name)["may_resume"]
    assert ask("POST", "/resume") == ask("POST", "/resume") == 200
    assert service.read(name)["state"] == "waiting"
    assert ask("GET", "/files/scores.csv") == ask("GET", "/all.zip") == 404
    assert ask("POST", "/cancel") == 200
    assert ask("DELETE") == 204
    assert ask("GET") == ask("DELETE") == 404
    assert service.client.get(BATCHES).json()["items"] == []
    assert not list(service.world.database.settings.batches_folder.iterdir())


def test_killed_stuck_and_poisoned_work_ends_as_it_should(service, wwc, tmp_path):
    write_mixture(tmp_path / "mix", wwc, good=6, bad=4)
    whole = tmp_path / "mix.zip"
    whole.write_bytes(packed(tmp_path / "mix"))
    with service.worker(program=POISONED) as first:
        long = service.begin("mix.zip", whole.read_bytes(), trust_facts="true").json()["id"]
        service.wait_until(lambda: service.read(long)["done"] >= 1)
        first.kill()
        first.wait()
    crashes = service.begin("crash.zip", zipped(wwc, "a", "crash"), trust_facts="true").json()["id"]

    with service.worker(program=POISONED):
        done = service.wait(long, "done", "failed")
        crashed = service.wait(crashes, "done", "failed")
        hangs = service.begin("hang.zip", zipped(wwc, "b", "hang"), trust_facts="1").json()["id"]
        service.wait_until(lambda: service.read(hangs)["done"] == 1)
        service.client.post(f"{BATCHES}/{hangs}/cancel")
        after = service.begin("after.jsonl", b"{}\n").json()["id"]
        assert service.wait(after, "done", "failed")["bad"] == 1  # the worker is free again
        service.wait_until(lambda: not (folder_of(service, long) / "out/.readiness").exists())

    assert (done["state"], done["total"], done["done"], done["bad"]) == ("done", 10, 10, 4)
    alone = tmp_path / "alone"
    ended = run(whole, "--out", alone, "--on", "2025-11-03", "--trust-facts", "--workers", 1)
    assert ended.returncode == 0, ended.stderr
    assert results(folder_of(service, long) / "out") == results(alone)
    assert (crashed["state"], crashed["bad"]) == ("done", 1)
    rows = service.client.get(f"{BATCHES}/{crashes}/bad-rows", headers={"Accept-Language": "pt"})
    (row,) = rows.json()["items"]
    assert (row["file"], row["code"]) == ("crash.yaml", "batch.crashed")
    assert service.read(hangs)["state"] == "cancelled"
    assert_downloads(service, long, alone)


def test_while_there_is_no_batch_nobody_keeps_asking_for_one(service):
    with service.worker(), open_jobs(databases_of(service.world.database.settings)) as jobs:

        def looks_every(seconds: float) -> bool:
            queue = jobs._client.retrieve_queue(QUEUE)
            return queue is not None and queue.polling_interval_sec == seconds

        service.wait_until(lambda: looks_every(SELDOM))
        begun = service.begin("march.jsonl", LINE * 20, trust_facts="true").json()["id"]
        service.wait_until(lambda: looks_every(OFTEN))
        assert service.wait(begun, "done", "failed")["state"] == "done"
        service.wait_until(lambda: looks_every(SELDOM))


def folder_of(service: Service, name: str) -> Path:
    return service.world.database.settings.batches_folder / name


def zipped(rubric: Rubric, *names: str) -> bytes:
    """An archive with a submission of each name."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in zip(names, cities(rubric, len(names)), strict=True):
            archive.writestr(f"{name}.yaml", as_yaml(data))
    return stream.getvalue()


def assert_downloads(service: Service, name: str, alone: Path) -> None:
    """Every file is handed out as it lies there, and nothing beside them."""
    base = f"{BATCHES}/{name}"
    listed = {one["name"] for one in service.client.get(f"{base}/files").json()["items"]}
    assert listed == {*results(alone), "timings.json"}
    answer = service.client.get(f"{base}/files/run.json")
    digest = hashlib.sha256(answer.content).hexdigest()
    assert digest == results(alone)["run.json"]
    assert json.loads(answer.content)["cohort"] == {"told": "made", "limit": 20_000}
    assert answer.headers["Content-Disposition"] == 'attachment; filename="run.json"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    for path in (
        "../asked.json",
        "..%2fasked.json",
        "%2e%2e/asked.json",
        ".readiness/plan.json",
        "",
    ):
        assert service.client.get(f"{base}/files/{path}").status_code in (404, 307), path
    with zipfile.ZipFile(BytesIO(service.client.get(f"{base}/all.zip").content)) as archive:
        assert set(archive.namelist()) == listed


def test_the_database_gives_the_service_what_it_gives_the_command_line(
    service, tmp_path, monkeypatch
):
    world = service.world
    with world.database.write() as db:
        submit(db, world.lead, world.assessment.id, version=None, on=db.now.date())
    data = {"source": "database", "status": "submitted"}
    for name, value in settings_as_environment(world.database.settings).items():
        monkeypatch.setenv(name, value)

    def ask(**said: str) -> Any:
        return service.client.post(BATCHES, files={key: (None, text) for key, text in said.items()})

    begun, nothing = ask(**data), ask(**data, cohort="nobody")
    taken = take_stored("db:status=submitted", tmp_path / "out", resume=False)

    assert (begun.status_code, nothing.status_code) == (202, 422)
    assert begun.json()["query"] == {"rubric": "wwc-2022", "status": "submitted"}
    given = folder_of(service, begun.json()["id"]) / "given" / "submissions"
    assert results(given) == results(taken)
    assert [path.name for path in given.iterdir()] == [f"alta-{world.assessment.id}.json"]
    with pytest.raises(InputError, match="No assessment"):
        take_stored("db:cohort=nobody", tmp_path / "other", resume=False)
    assert not (tmp_path / "other/.readiness").exists()
    with pytest.raises(InputError, match="cannot be asked"):
        parse_query("db:colour=red")


def test_a_batch_whose_files_are_gone_says_so_and_stops_no_other(service):
    gone, broken, sound = (service.begin(f"{n}.jsonl", LINE).json()["id"] for n in range(3))
    shutil.rmtree(folder_of(service, gone))
    settings = service.world.database.settings
    with (
        open_jobs(databases_of(settings)) as jobs,
        closing(Foreman(service.world.database, jobs)) as foreman,
    ):
        foreman.advance()
        done = Done(1, "planned", "")  # as if a worker had ended it, and its file was lost
        jobs.ledger.finish(plan_job(broken), 0, done)

        def has_failed() -> bool:
            foreman.advance()
            return bool(service.read(broken)["state"] == "failed")

        wait_until(has_failed)

    states = {name: service.read(name) for name in (gone, broken, sound)}
    assert [one["state"] for one in states.values()] == ["failed", "failed", "planning"]
    (problem,) = states[gone]["problems"]
    assert problem["code"] == "batch.files_gone"
    assert (states[gone]["may_resume"], states[broken]["may_resume"]) == (False, True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_more_cities_than_anybody_reads_are_said_to_be_too_many(service, language):
    name = service.begin("march.jsonl", LINE).json()["id"]
    spoken, world = load_language(language), service.world
    with world.database.read() as db:
        view = read_batch(db, world.staff, name, language=spoken)
    many = MAX_COHORT + 1
    numbers = {"scored": many, "refused": 0, "reports": 0, "reports_failed": 0, "ignored": 0}
    summary = Summary(submissions=many, wrongs=0, cohort=cohort_told(many), **numbers)

    shown = batch_shown(replace(view, state=BatchState.DONE, summary=summary), spoken)

    assert spoken.number(MAX_COHORT) in shown.note
    assert not batch_shown(view, spoken).note


def test_one_process_is_on_duty_and_the_next_one_follows(database):
    first, second = Duty(database), Duty(database)

    with closing(second):
        with closing(first):
            assert first.is_mine()
            assert first.is_mine()
            assert not second.is_mine()
        assert second.is_mine()


def test_a_list_of_batches_goes_on_behind_the_last_one(on_both_of):
    world, client = on_both_of
    for number in range(3):
        client.post(BATCHES, files={"file": (f"{number}.jsonl", LINE)})

    page = client.get(f"{BATCHES}?limit=2").json()
    rest = client.get(f"{BATCHES}?limit=2&after={page['after']}").json()

    assert [one["name"] for one in (*page["items"], *rest["items"])] == [
        "2.jsonl",
        "1.jsonl",
        "0.jsonl",
    ]
    assert rest["after"] is None
    with world.database.read() as db:
        found = batches(db, world.staff, language=load_language("es"))
    assert {one.state for one in found} == {BatchState.WAITING}


@pytest.fixture
def on_both_of(world: World) -> Iterator[tuple[World, object]]:
    for client_of in clients(world, app_of(world)):
        yield world, client_of("staff")
