"""Strangers on every route: odd requests as each role and as nobody, answered as is described.

A few for each route in the suite; `make fuzz` sends thousands.
"""

import os
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import positive_data_acceptance
from starlette.types import ASGIApp, Receive, Scope, Send

from api.rest.openapi import describe_api
from tests.api.rest.conftest import BASE
from tests.api.rest.filling import MARK, Filled, filled, template  # noqa: F401

EXAMPLES = int(os.environ.get("READINESS_FUZZ_EXAMPLES", "1"))
"""Odd requests to a route; each is sent by everybody."""

ROLES = ("nobody", "other", "member", "coach", "staff", "lead")

_ANSWERS = "the rubric says what answers a question, and no schema can"
_ABOUT = "what it is about has to be there, or to be a name of the rubric's"
_SECRETS = "only who was sent a link knows a secret that works"
_FILES = "the file itself has to be sound"

LEFT_OUT: dict[Any, dict[str, str]] = {
    positive_data_acceptance: {
        "PUT /assessments/{assessment}/answers/{name}": _ANSWERS,
        "PATCH /assessments/{assessment}/answers": _ANSWERS,
        "POST /assessments/{assessment}/what-if": _ANSWERS,
        "POST /assessments/{assessment}/evidence": _FILES,
        "POST /assessments/{assessment}/import": _FILES,
        "POST /assessments/{assessment}/links": _ABOUT,
        "PATCH /assessments/{assessment}/evidence/{piece}": _ABOUT,
        "PUT /assessments/{assessment}/evidence/{piece}/serves/{requirement}": _ABOUT,
        "POST /assessments/{assessment}/comments": _ABOUT,
        "POST /assessments/{assessment}/decisions": _ABOUT,
        "POST /assessments": _ABOUT,
        "GET /assessments/{assessment}/plan": "a target is a level or criteria of the rubric",
        "POST /assessments/{assessment}/reopen": "what is open already cannot be opened",
        "POST /cities": "a country is one of those that there are",
        "PATCH /cities/{city}": "a country is one of those that there are",
        "POST /cities/{city}/invitations": "an address for e-mail has more rules than a pattern",
        "PUT /cities/{city}/members/{person}/role": "roles of the programme are given elsewhere",
        "POST /tokens": "the settings limit for how long a token works",
        "PUT /session/password": "a password must not be a common one",
        "POST /invitations/read": _SECRETS,
        "POST /invitations/accept": _SECRETS,
        "POST /invitations/join": _SECRETS,
    },
}
"""What a check is not asked of an operation, and why."""


class Current:
    """Whichever application the test at hand has."""

    app: ASGIApp
    asked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        await self.app(scope, receive, send)


current = Current()
described = schemathesis.openapi.from_dict(describe_api())
described.app = current
described.config.update(base_url=BASE)
checks = described.config.checks
for check, status in (
    # A good request of somebody who is too late is refused, and changes nothing.
    (checks.positive_data_acceptance, "412"),
    (checks.negative_data_rejection, "412"),
    # A change without the version that it is about is refused by a status of its own.
    (checks.missing_required_header, "428"),
):
    check.expected_statuses = [*check.expected_statuses, status]
described.config.phases.update(phases=["fuzzing"] if EXAMPLES < 10 else ["coverage", "fuzzing"])


@pytest.fixture
def served(filled: Filled) -> Filled:
    current.app = filled.as_.app
    return filled


@pytest.fixture(scope="module", autouse=True)
def _told_at_the_end(request: pytest.FixtureRequest) -> Iterator[None]:
    """Says how many requests there were, where somebody reads it."""
    yield
    terminal = request.config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None:
        terminal.write_line(f" {current.asked} requests")


@described.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES < 10,
    suppress_health_check=list(HealthCheck),
)
def test_route_answers_everybody_as_it_is_described(case: Any, served: Filled):
    said = repr((case.path_parameters, case.query, case.body))
    if (
        zlib.crc32(said.encode("utf-8", "backslashreplace")) % 4
        and case.meta.generation.mode.is_positive
    ):
        # Mostly of things that there are: else nobody would come further than "not there".
        names = served.names
        path = {name: names.get(name, value) for name, value in case.path_parameters.items()}
        case.path_parameters.update(path)
    excluded = [
        check
        for check, why in LEFT_OUT.items()
        if case.operation.label.replace("/api/v1", "", 1) in why
    ]
    if "\\x00" in said:
        excluded.append(positive_data_acceptance)  # no text holds a NUL; no schema says so
    for role in ROLES:
        token = served.world.tokens.get(role)
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}

        answer = case.call(base_url=BASE, headers=headers)

        case.validate_response(answer, excluded_checks=excluded, headers=headers)
        if role in {"other", "nobody"}:
            assert MARK.lower() not in (answer.text + str(answer.headers)).lower()
