"""What is between coaches reaches no team: not in any export, report, file or dossier."""

import io
import zipfile
from collections.abc import Iterator

import pytest

from api.dossier import dossier
from api.export_kinds import Kind
from api.exports import export
from api.review.reporting import previous_result, scored_for_report, scored_review
from api.review.second import finish_reading, give_opinion, start_reading
from api.review.views import Word
from api.services import Scored, in_language, to_json
from api.workspace.exchanging import export_submission, export_workbook
from api.workspace.talking import write_comment
from reports.builder import CityKind, build
from reports.i18n import load_language
from reports.renderer import render_html
from tests.api.databases import World
from tests.api.review.acting import ask, say, submit_again

PRIVATE = "Xochiquetzal"
OPEN = "Quetzalcoatlus"
"""A coach's reason, which the team is to read; so the search can find something."""


@pytest.fixture
def talked(city: World) -> World:
    """A review in which coaches wrote notes, and one of them read it a second time."""
    name = city.assessment.id
    say(city, "rdc7-awards", Word.NOT_MET, f"{OPEN}: it stops in May.")
    ask(city, rdc7_awards="Please add June.")
    submit_again(city)
    with city.database.write() as db:
        for about in ("rdc7-awards", "RDC7", "contrataciones-ocds"):
            write_comment(db, city.coach, name, about=about, text=PRIVATE, private=True)
        start_reading(db, city.second, name)
        give_opinion(
            db,
            city.second,
            name,
            about="rdc7-awards",
            verdict=Word.NEEDS_PROOF,
            reason=PRIVATE,
            version=0,
        )
        finish_reading(db, city.second, name)
    return city


def reports(scored: Scored, talked: World) -> Iterator[tuple[str, bytes]]:
    language = load_language("en")
    rubric = in_language(scored.rubric, scored.folder, language)
    with talked.database.read() as db:
        since = previous_result(db, talked.lead, talked.assessment.id)
    kinds: tuple[CityKind, ...] = ("report", "summary", "session")
    for kind in kinds:
        told = build(
            kind,
            scored.assessment,
            rubric,
            language=language,
            schedule=scored.schedule,
            since=since,
            signed=scored.signed,
        )
        yield f"{kind} as a page", render_html(told, paper="a4").encode()
        for one in dossier(scored, told, paper="a4", since=since):
            yield f"{one.name} in the {kind}", one.content
    for export_kind in Kind:
        yield export_kind.value, unpacked(export(scored, export_kind, language).content)
    yield "json", to_json(scored.assessment)


def unpacked(content: bytes) -> bytes:
    """What is in a file, also in one that is packed, as workbooks are."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return b"\n".join(packed.read(name) for name in packed.namelist())


def test_no_report_and_no_export_tells_what_is_between_coaches(talked: World):
    name = talked.assessment.id
    with talked.database.read() as db:
        live = scored_for_report(db, talked.lead, name, on=None)
        first = scored_review(db, talked.lead, name, 1)
        files = {
            "submission.yaml": export_submission(db, talked.lead, name),
            "submission.xlsx": unpacked(export_workbook(db, talked.lead, name, language="en")),
        }
    for when, scored in (("now", live), ("first", first)):
        files |= {f"{where}, {when}": content for where, content in reports(scored, talked)}

    assert [where for where, content in files.items() if PRIVATE.encode() in content] == []
    with_reason = [where for where, content in files.items() if OPEN.encode() in content]
    assert {"report as a page, now", "json, first", "submission.json in the report, now"} <= set(
        with_reason
    )
