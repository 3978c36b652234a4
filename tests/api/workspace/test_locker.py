"""The evidence locker: files are taken, looked at once, attached, changed and removed."""

import io
from datetime import date

import pytest

from api.accounts.actor import Actor
from api.errors import NotThere, Stale, TooLarge, Unusable
from api.workspace.judging import live
from api.workspace.locker import (
    attach,
    change_evidence,
    detach,
    open_file,
    read_evidence,
    read_piece,
    remove_evidence,
    upload_evidence,
)
from api.workspace.views import EvidenceView
from assessment.results import Verdict
from rubrics.loader import LIBRARY
from rubrics.problems import InputError
from tests.api.databases import World

FILES = LIBRARY / "wwc-2022/submissions/puerto-claro/evidence"
DAY = date(2025, 11, 3)


def upload(world: World, name: str, kind: str, who: Actor | None = None, **said) -> EvidenceView:
    with (FILES / name).open("rb") as stream:
        return upload_evidence(
            world.database,
            who or world.member,
            world.assessment.id,
            stream,
            filename=name,
            kind=kind,
            **said,
        )


def test_a_file_is_kept_and_looked_at(world: World):
    view = upload(world, "contrataciones-ocds.json", "dataset", serves=["rdc7-awards"])

    assert view.id == "contrataciones-ocds-json"
    assert view.entry.facts is not None
    assert view.entry.facts.dataset is not None
    with world.database.read() as db:
        opened = open_file(db, world.coach, world.assessment.id, view.id)
    assert opened.path.read_bytes() == (FILES / "contrataciones-ocds.json").read_bytes()
    assert (opened.filename, opened.media_type) == ("contrataciones-ocds.json", "application/json")


def test_evidence_counts_in_the_live_result(world: World):
    def evidenced() -> Verdict:
        with world.database.read() as db:
            found = live(db, world.member, world.assessment.id, on=DAY).assessment
        return next(
            r.evidenced for c in found.criteria for r in c.requirements if r.id == "rdc7-policy"
        )

    from api.workspace.answering import save_answer

    with world.database.write() as db:
        save_answer(
            db,
            world.member,
            world.assessment.id,
            "rdc7-policy",
            "adopted_names_procurement_data",
            version=0,
        )
    before = evidenced()
    shows = {"adoption_date": "p. 1", "approving_body": "p. 1", "procurement_in_scope": "p. 2"}
    upload(
        world,
        "ordenanza-datos-abiertos.md",
        "policy",
        serves=["rdc7-policy"],
        dated="2023-05-08",
        shows=shows,
    )

    assert before is Verdict.UNANSWERED
    assert evidenced() is Verdict.MET


def test_the_same_content_is_kept_once(world: World):
    first = upload(world, "linea-base.csv", "kpi_table")
    second = upload(world, "linea-base.csv", "kpi_table")

    assert first.id != second.id
    assert first.sha256 == second.sha256
    assert list(world.database.blobs.all()) == [first.sha256]


def test_a_piece_may_serve_more_and_fewer_requirements(world: World):
    view = upload(world, "linea-base.csv", "kpi_table", serves=["rdc8-baseline"])

    more = attach(
        world.database, world.lead, world.assessment.id, view.id, "rdc8-change-in-use", version=1
    )
    fewer = detach(
        world.database, world.lead, world.assessment.id, view.id, "rdc8-baseline", version=2
    )

    assert more.entry.serves == ("rdc8-baseline", "rdc8-change-in-use")
    assert fewer.entry.serves == ("rdc8-change-in-use",)
    assert fewer.entry.facts == view.entry.facts


def test_a_change_of_what_was_not_seen_is_a_conflict(world: World):
    view = upload(world, "linea-base.csv", "kpi_table")
    here = (world.database, world.lead, world.assessment.id, view.id)
    change_evidence(*here, version=1, title="Ours")

    with pytest.raises(Stale) as caught:
        change_evidence(*here, version=1, title="Mine")

    assert isinstance(caught.value.theirs.value, dict)
    assert caught.value.theirs.value["title"] == "Ours"


def test_another_kind_is_looked_at_anew(world: World):
    view = upload(world, "mapa-de-datos.csv", "document")

    changed = change_evidence(
        world.database, world.lead, world.assessment.id, view.id, version=1, kind="data_map"
    )

    assert view.entry.facts is not None
    assert changed.entry.facts is not None
    assert view.entry.facts.template is None
    assert changed.entry.facts.table


def test_a_removed_piece_is_gone_and_its_id_may_be_used_again(world: World):
    view = upload(world, "linea-base.csv", "kpi_table")
    with world.database.write() as db:
        remove_evidence(db, world.lead, world.assessment.id, view.id, version=1)

    again = upload(world, "linea-base.csv", "kpi_table")

    assert (again.id, again.version) == (view.id, 3)
    with world.database.read() as db:
        assert len(read_evidence(db, world.lead, world.assessment.id)) == 1


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("page.pdf", b"", "empty_file"),
        ("setup.exe", b"MZ\x90\x00" + b"\0" * 200, "file_kind"),
        ("report.pdf.bat", b"@echo off\r\ndel *.*\r\n", "file_kind"),
        ("policy.pdf", b"\x7fELF" + b"\0" * 200, "file_kind"),
    ],
)
def test_what_a_double_click_would_run_is_not_taken(world: World, name, content, reason):
    with pytest.raises(Unusable) as caught:
        upload_evidence(
            world.database,
            world.member,
            world.assessment.id,
            io.BytesIO(content),
            filename=name,
            kind="policy",
        )

    assert caught.value.reason == reason
    assert list(world.database.blobs.all()) == []


def test_more_than_the_limit_is_not_taken(world: World):
    limit = world.database.settings.max_upload_bytes

    with pytest.raises(TooLarge):
        world.database.blobs.put(io.BytesIO(b"x" * 11), limit=10)

    assert limit == 100_000_000
    assert list(world.database.blobs.all()) == []


def test_another_citys_evidence_is_not_there(world: World):
    view = upload(world, "linea-base.csv", "kpi_table")

    with pytest.raises(NotThere), world.database.read() as db:
        read_piece(db, world.other, world.assessment.id, view.id)
    with pytest.raises(NotThere), world.database.read() as db:
        open_file(db, world.other, world.assessment.id, view.id)


def test_an_unknown_kind_is_told_before_anything_is_read(world: World):
    with pytest.raises(InputError) as caught:
        upload(world, "linea-base.csv", "kpi_tabel")

    assert str(caught.value.problems[0].place) == "evidence.kind"
    assert "kpi_table" in str(caught.value)
