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
from schemathesis.checks import (
    missing_required_header,
    negative_data_rejection,
    positive_data_acceptance,
)
from starlette.types import ASGIApp, Receive, Scope, Send

from api.rest.openapi import describe_api
from tests.api.rest.conftest import BASE
from tests.api.rest.filling import MARK, Filled, filled, template  # noqa: F401

EXAMPLES = int(os.environ.get("READINESS_FUZZ_EXAMPLES", "1"))
"""Odd requests to a route; each is sent by everybody."""

ROLES = ("nobody", "other", "member", "coach", "staff", "lead")

LEFT_OUT = [
    # What the schema allows may still be no answer to the question, or another city's.
    positive_data_acceptance,
    # `If-Match` has an answer of its own, 428, which the rights and answers tests ask for.
    missing_required_header,
    # A wrong id is 404, an unknown header nobody's; bodies are tried by the tests of safety.
    negative_data_rejection,
]


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
described.config.phases.update(phases=["fuzzing"] if EXAMPLES < 50 else ["coverage", "fuzzing"])


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
    if zlib.crc32(repr((case.path_parameters, case.query, case.body)).encode()) % 4:
        # Mostly of things that there are: else nobody would come further than "not there".
        names = served.names
        path = {name: names.get(name, value) for name, value in case.path_parameters.items()}
        case.path_parameters.update(path)
    for role in ROLES:
        token = served.world.tokens.get(role)
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}

        answer = case.call(base_url=BASE, headers=headers)

        case.validate_response(answer, excluded_checks=LEFT_OUT, headers=headers)
        if role in {"other", "nobody"}:
            assert MARK.lower() not in (answer.text + str(answer.headers)).lower()
