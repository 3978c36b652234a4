"""Who may do what, for every route and role, written out by hand; no city sees another.

`RIGHTS` names every route of the document. A route that is not in it fails the test, so that nobody
adds one without saying who may use it.
"""

import io
import json
import re
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.accounts.rights import Action
from api.accounts.tokens import create_token
from api.rest.openapi import describe_api
from rubrics.loader import LIBRARY, rule_files
from tests.api.rest.conftest import ClientOf
from tests.api.rest.filling import (  # noqa: F401 (the fixtures as well)
    MARK,
    PRIVATE,
    V0,
    V1,
    V2,
    Filled,
    filled,
    template,
)

A = "/assessments/{assessment}"
E = A + "/evidence/{piece}"
B = "/batches/{batch}"
C = "/cities/{city}"

ALL = "member lead coach staff"
"""Everybody who has to do with the city."""

TEAM = "member lead"


@dataclass(frozen=True)
class Right:
    """Who may do something: a good answer for these, 403 for others of the city, 404 for strangers.

    `other` is the lead of another city, who learns nothing; `nobody` is not signed in. `done` is
    the answer where the state of the world leaves nothing to be done. `of` names the assessment of
    city A that is asked about: one that is under review, for routes of the review; `names` puts
    other things in the path than other routes mean by the same word.
    """

    who: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    query: str = ""
    files: Any = None
    open_to_all: bool = False
    of_a_city: bool = True
    done: int = 0
    of: str = "assessment"
    names: dict[str, str] = field(default_factory=dict)


def own(who: str = "member lead coach staff other", **more: Any) -> Right:
    """What is about whoever asks, and no city."""
    return Right(who, of_a_city=False, **more)


def coaches(who: str = "coach staff", of: str = "reviewed", **more: Any) -> Right:
    """What is about a review of the city."""
    return Right(who, of=of, **more)


def public(**more: Any) -> Right:
    return Right("member lead coach staff other nobody", open_to_all=True, of_a_city=False, **more)


SUBMISSION = b"rubric: wwc-2022\ncity: {name: X, country: CL}\nanswers: {rdc7-awards: 50}\n"


def edition_zip() -> bytes:
    """The rubric that there is, as another edition of itself."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in rule_files(LIBRARY / "wwc-2022").items():
            archive.writestr(name, text)
    return packed.getvalue()


FILE = {"file": ("awards.csv", b"id,amount\n1,2\n", "text/csv")}
LINES = {"file": ("cities.jsonl", SUBMISSION)}
SAID = {"rdc7-awards": {"value": 7, "version": 0}}
DUE = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
ASKING = {"asks": {"rdc7-awards": "Please add June."}, "due": DUE}
REVIEWED = {"If-Match": '"{reviewed_version}"'}
SEEN = {"If-Match": '"{version}"'}
DECISION = {"about": "rdc7-awards", "verdict": "met", "reason": "I looked at it."}

RIGHTS: dict[str, Right] = {
    # who I am
    "POST /session": public(),
    "POST /session/demo": public(),
    "GET /session": own(),
    "PATCH /session": own("", body={"name": "Other"}, headers=V1),
    "PUT /session/password": own("", body={"old": "x", "new": "y"}),
    "DELETE /session": own(""),
    "GET /tokens": own(""),
    "POST /tokens": own("", body={"name": "x", "rights": ["read"]}),
    "DELETE /tokens/{token}": own(""),
    # what is asked
    "GET /rubrics": public(),
    "GET /rubrics/{rubric}": public(),
    "GET /rubrics/{rubric}/criteria/{criterion}": public(),
    "GET /rubrics/{rubric}/eligibility": public(query="?country=CO"),
    # cities and people
    "GET /cities": own(),
    "POST /cities": own("staff", body={"name": "Nueva", "country": "PE"}),
    f"GET {C}": Right(ALL),
    f"PATCH {C}": Right("lead staff", body={"population": 1}, headers=V2),
    f"GET {C}/members": Right("member lead coach staff"),
    f"PUT {C}/members/{{person}}/role": Right(
        "lead staff", body={"role": "team_member"}, headers=V1
    ),
    f"DELETE {C}/members/{{person}}": Right("lead staff", headers=V1),
    f"POST {C}/hand-over": Right("lead", body={"to": "{member}"}, headers=V1),
    f"GET {C}/invitations": Right("lead staff"),
    f"POST {C}/invitations": Right("lead staff", body={"email": "new@example.org"}),
    f"DELETE {C}/invitations/{{invitation}}": Right("lead staff"),
    "POST /invitations/read": public(),
    "POST /invitations/accept": public(),
    "POST /invitations/join": own("", body={"secret": "x"}),
    # assessments
    "GET /assessments": own(),
    "POST /assessments": Right("lead staff", body={"city": "{city}", "title": "Another"}),
    f"GET {A}": Right(ALL),
    f"GET {A}/answers": Right(ALL),
    f"PATCH {A}/answers": Right(TEAM, body={"answers": SAID}),
    f"GET {A}/answers/{{name}}": Right(ALL),
    f"PUT {A}/answers/{{name}}": Right(TEAM, body={"value": 8}, headers=V0),
    f"GET {A}/history": Right(ALL),
    # evidence
    f"GET {A}/evidence": Right(ALL),
    f"POST {A}/evidence": Right(TEAM, body={"kind": "dataset"}, files=FILE),
    f"POST {A}/links": Right(
        TEAM, body={"url": "https://city.example/a", "kind": "page", "title": "A page"}
    ),
    f"GET {E}": Right(ALL),
    f"PATCH {E}": Right(TEAM, body={"title": "Other"}, headers=V1),
    f"DELETE {E}": Right(TEAM, headers=V1),
    f"PUT {E}/serves/{{requirement}}": Right(TEAM, headers=V1),
    f"DELETE {E}/serves/{{requirement}}": Right(TEAM, headers=V1),
    f"GET {E}/file": Right(ALL),
    f"GET {E}/excerpt": Right(ALL),
    # what the engine says
    f"GET {A}/result": Right(ALL),
    f"GET {A}/explanations/{{name}}": Right(ALL),
    f"GET {A}/advice/{{name}}": Right(ALL),
    f"POST {A}/what-if": Right(ALL, body={"changes": {"rdc7-awards": 90}}),
    f"GET {A}/plan": Right(ALL),
    # handing in
    f"GET {A}/checklist": Right(ALL),
    f"POST {A}/submissions": Right("lead", headers=SEEN),
    f"GET {A}/submissions": Right(ALL),
    f"GET {A}/submissions/{{number}}": Right(ALL),
    f"GET {A}/submissions/{{number}}/result": Right(ALL),
    f"GET {A}/difference": Right(ALL, query="?first=1&second=1"),
    f"POST {A}/reopen": Right(
        "coach staff", body={"reason": "A file is missing"}, headers=SEEN, done=422
    ),
    f"POST {A}/import": Right(TEAM, files={"file": ("submission.yaml", SUBMISSION)}, headers=SEEN),
    f"GET {A}/submission.yaml": Right(ALL),
    f"GET {A}/submission.xlsx": Right(ALL),
    # reports
    f"GET {A}/report.pdf": Right(ALL),
    f"GET {A}/report.html": Right(ALL),
    f"GET {A}/submissions/{{number}}/report.pdf": Right(ALL, query="?kind=session"),
    f"GET {A}/submissions/{{number}}/report.html": Right(ALL),
    f"GET {A}/submissions/{{number}}/exports/{{kind}}": Right(ALL),
    f"GET {A}/exports/{{kind}}": Right(ALL),
    # the review
    f"GET {A}/review": coaches(),
    f"GET {A}/review/result": coaches(),
    f"GET {A}/review/evidence/{{piece}}/file": coaches(
        of="signed", names={"piece": "submitted_piece"}
    ),
    f"GET {A}/review/evidence/{{piece}}/excerpt": coaches(
        of="signed", names={"piece": "submitted_piece"}
    ),
    f"POST {A}/review/agree": coaches("coach", headers=REVIEWED),
    f"GET {A}/review/differences": coaches(done=404),
    f"GET {A}/review/replay": coaches(ALL),
    f"GET {A}/review/report.pdf": coaches(ALL, of="signed", query="?kind=session"),
    f"GET {A}/change-requests": coaches(ALL, of="asked"),
    f"POST {A}/change-requests": coaches("coach", body=ASKING, headers=REVIEWED),
    f"GET {A}/sign-off": coaches(ALL, of="signed"),
    f"POST {A}/sign-off": coaches("coach", body={}, headers=REVIEWED),
    f"GET {A}/coaches": coaches(),
    f"PUT {A}/coaches/{{person}}": coaches(names={"person": "coach"}),
    f"DELETE {A}/coaches/{{person}}": coaches(names={"person": "coach"}),
    f"GET {A}/threads": coaches(ALL),
    f"PUT {A}/threads/{{comment}}/resolution": coaches(ALL),
    f"DELETE {A}/threads/{{comment}}/resolution": coaches(ALL),
    f"GET {A}/second-reading": coaches("coach staff", of="read"),
    f"POST {A}/second-reading": coaches("coach"),
    f"PUT {A}/second-reading/opinions/{{about}}": coaches(
        "coach", of="read", body={"verdict": "met", "reason": "Seen."}, headers=V1
    ),
    f"POST {A}/second-reading/finish": coaches("coach", of="read"),
    "GET /reviews": own("coach staff"),
    "GET /reviews/load": own("coach staff"),
    "GET /reviews/sessions": own("coach staff"),
    "GET /reviews/agreement": own("coach staff"),
    "GET /reviews/disagreements.csv": own("coach staff"),
    "GET /reviews/machine-disagreements": own("coach staff"),
    "GET /reviews/machine-disagreements.csv": own("coach staff"),
    "GET /feedback-templates": own(),
    "GET /mails": own(),
    # batches
    "GET /batches": own("staff"),
    "POST /batches": own("staff", body={"on": "2026-01-01"}, files=LINES),
    f"GET {B}": own("staff"),
    f"POST {B}/cancel": own("staff", done=422),
    f"POST {B}/resume": own("staff", done=422),
    f"GET {B}/bad-rows": own("staff"),
    f"GET {B}/files": own("staff"),
    f"GET {B}/files/{{file}}": own("staff"),
    f"GET {B}/all.zip": own("staff"),
    f"DELETE {B}": own("staff"),
    # talking
    f"GET {A}/comments": Right(ALL),
    f"POST {A}/comments": Right(ALL, body={"about": "rdc7-awards", "text": "Look here."}),
    f"GET {A}/decisions": Right(ALL),
    f"POST {A}/decisions": coaches("coach", body=DECISION, headers=V0),
    f"GET {A}/activity": Right(ALL),
    # all cities together: for the programme, and no city
    "GET /cohorts": own("staff"),
    "GET /cohorts/{cohort}": own("staff", query="?named=true"),
    "GET /cohorts/{cohort}/near": own("staff"),
    "GET /cohorts/{cohort}/expiring": own("staff"),
    "GET /cohorts/{cohort}/exports/{kind}": own("staff"),
    "POST /cohorts/{cohort}/impact": own("staff", files={"edition": ("e.zip", edition_zip())}),
    "GET /cohort-views": own("staff"),
    "POST /cohort-views": own("staff", body={"name": "Mine"}),
    "DELETE /cohort-views/{view}": own("staff"),
}
ROLES = ("member", "lead", "coach", "staff", "other", "nobody")
EMPTY_IS_TOLD = {400, 401, 404, 415, 422}
"""How public routes answer to a body that is none: without a word about anybody."""


def routes() -> list[str]:
    return [
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, operations in describe_api()["paths"].items()
        for method in operations
    ]


def test_every_route_is_in_the_table():
    assert sorted(routes()) == sorted(RIGHTS)


def filled_in(value: Any, names: dict[str, str]) -> Any:
    """A text, or whatever holds texts, with ids in place of their names."""
    text = json.dumps(value)
    found = re.sub(r"\{(\w+)\}", lambda match: names.get(match[1], match[0]), text)
    return json.loads(found)


def knock(filled: Filled, route: str, role: str) -> Any:
    """The answer that somebody gets."""
    right, (method, path) = RIGHTS[route], route.split(" ")
    named = {"assessment": right.of, **right.names}
    names = {**filled.names, **{name: filled.names[key] for name, key in named.items()}}
    url = "/api/v1" + filled_in(path, names) + right.query
    headers = filled_in(right.headers, filled.names)
    body = filled_in(right.body, filled.names)
    if right.files is not None:
        sent: dict[str, Any] = {"data": body, "files": right.files}
    else:
        sent = {"json": body} if body is not None else {}
    return filled.as_(role).request(method, url, headers=headers, **sent)


DONE_ALREADY = {404, 409, 412}
"""How somebody is told who may do it that another of the table was faster."""


@pytest.mark.parametrize("route", RIGHTS)
def test_route_is_open_to_those_of_the_table_alone(filled, route):
    right = RIGHTS[route]
    allowed = right.who.split()

    answers = {role: knock(filled, route, role) for role in reversed(ROLES)}

    good = [role for role in allowed if answers[role].status_code < 300]
    assert good or right.done or right.open_to_all or not allowed, answers
    for role, answer in answers.items():
        status = answer.status_code
        if role in allowed:
            also = EMPTY_IS_TOLD if right.open_to_all else DONE_ALREADY if good else {right.done}
            assert status < 300 or status in also, (role, answer.text)
        elif role == "nobody":
            assert status == 401, answer.text
        elif role == "other" and right.of_a_city:
            assert status == 404, answer.text
        else:
            assert status == 403, (role, answer.text)
    for role in ("member", "lead"):
        assert PRIVATE not in answers[role].text, "a note of the coaches reached the team"
    for role in ("other", "nobody"):
        told = answers[role].text + str(dict(answers[role].headers))
        assert MARK.lower() not in told.lower(), "a byte of city A reached somebody else"


def test_the_mark_is_where_it_should_be(filled):
    """The test above can fail: whoever may look does see the word."""
    for route in (f"GET {A}", f"GET {A}/answers", f"GET {A}/evidence", f"GET {A}/comments"):
        query = "?part=about" if route.endswith("answers") else ""
        path = route.split(" ")[1].replace("{assessment}", filled.names["assessment"])
        assert MARK in filled.as_("lead").get(f"/api/v1{path}{query}").text


def test_the_word_of_the_coaches_is_where_it_should_be(filled):
    """So can the test about private notes."""
    base = f"/api/v1/assessments/{filled.names['reviewed']}"
    for path in ("comments", "threads"):
        assert PRIVATE in filled.as_("coach").get(f"{base}/{path}").text
        assert MARK in filled.as_("lead").get(f"{base}/{path}").text
    reading = f"/api/v1/assessments/{filled.names['read']}/second-reading"
    assert PRIVATE in filled.as_("coach").get(reading).text


def test_token_of_one_right_can_do_no_more(small, as_: ClientOf):
    with small.database.write() as db:
        _, reads = create_token(db, small.lead, name="r", rights=[Action.READ], days=1)
        _, elsewhere = create_token(
            db, small.staff, name="b", rights=list(Action), days=1, city_id=small.b.id
        )
    path = f"/api/v1/assessments/{small.assessment.id}"
    client = as_(None)

    def status(method: str, token: str, where: str, **more: Any) -> int:
        headers = {"Authorization": f"Bearer {token}", **V0}
        found: int = client.request(method, where, headers=headers, **more).status_code
        return found

    assert status("GET", reads, path) == 200
    assert status("PUT", reads, f"{path}/answers/rdc7-awards", json={"value": 5}) == 403
    assert status("GET", elsewhere, path) == 404
    assert status("GET", elsewhere, f"/api/v1/assessments/{small.foreign.id}") == 200
    assert status("GET", reads.replace("rdy_", "rdx_"), path) == 401
    assert status("GET", reads[:-1] + "!", path) == 401
