"""What all tests share: the rubric of the library, and examples that are the same everywhere.

Hypothesis tries the same examples on every run, so that a red test is red for everybody. To look
for new ones: `READINESS_EXPLORE=1 pytest tests/assessment/test_properties.py`.
"""

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from rubrics.loader import LIBRARY, load_rubric
from rubrics.schema import Rubric

settings.register_profile(
    "house",
    derandomize=True,
    database=None,
    deadline=None,  # a busy machine is no failure
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "explore", parent=settings.get_profile("house"), derandomize=False, max_examples=2_000
)
settings.load_profile("explore" if os.environ.get("READINESS_EXPLORE") else "house")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # We were started in the background; programs that tests start must hear Ctrl-C all the same.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Facts are kept in a folder of this run: never in that of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("READINESS_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def wwc() -> Rubric:
    """The rubric of What Works Cities, as it ships."""
    return load_rubric(LIBRARY / "wwc-2022")
