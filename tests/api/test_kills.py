"""No acknowledged word is lost when the server is killed; `make soak` does it for longer."""

from api.db import Database
from tests.api.soak import soak


def test_no_acknowledged_answer_is_lost_when_the_server_is_killed(database: Database):
    out = soak(database, seconds=2, writers=12)

    assert out.wrong == ()
    assert out.kills >= 1
    assert out.saved > 10
