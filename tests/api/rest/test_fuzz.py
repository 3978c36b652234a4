"""Strangers on every route: odd requests as each role and as nobody, answered as is described.

A few for each route in the suite; `make fuzz` sends thousands.
"""

import os
import re
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

LEFT_OUT = {
    "POST /api/v1/batches": "a file is needed only where a file is the source",
    "POST /api/v1/cohorts/{cohort}/impact": "to schemas, a file may be null; a form has no null",
    "POST /api/v1/assessments/{assessment}/evidence": "to schemas, JSON in a field is text",
}
"""Operations whose right requests the reader of requests may refuse, and why."""

NO_SCHEMA_SAYS = re.compile(r"\\x00|[0-9]\.0\b")
"""What every schema allows and we refuse: a NUL in a text, and 2.0 for a whole number."""

READER = ("body", "query", "path", "header")
"""What the places begin with of problems that the reader of requests finds, by their schema."""


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
    readable = case.operation.label not in LEFT_OUT and not NO_SCHEMA_SAYS.search(said)
    for role in ROLES:
        token = served.world.tokens.get(role)
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}

        answer = case.call(base_url=BASE, headers=headers)

        asked = readable and not is_refused_by_rules(answer)
        excluded = [] if asked else [positive_data_acceptance]
        case.validate_response(answer, excluded_checks=excluded, headers=headers)
        if role in {"other", "nobody"}:
            assert MARK.lower() not in (answer.text + str(answer.headers)).lower()


def is_refused_by_rules(answer: Any) -> bool:
    """Whether a request was read, and refused for what no schema knows: a rubric, a state."""
    if answer.status_code != 422:
        return False
    told = answer.json()
    places = [problem["place"] for problem in told.get("problems", ())]
    return not any(place.partition(".")[0] in READER for place in places)
