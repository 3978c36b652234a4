"""Who knocks: from a cookie or a token to somebody with roles, in the request's transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from api.accounts.actor import Actor
from api.accounts.sessions import actor_of_session, actor_of_token
from api.db import Transaction
from api.exceptions import NOT_ALLOWED, NOT_SIGNED_IN, FaultError
from api.hardening.rates import Kind
from api.hardening.sessions import cookie_name
from api.rest.strict import StrictRequest
from api.site import Site

BEARER = "bearer "


class Door(StrictRequest):
    """One request on its way to a route: where it came in, and who it says it is.

    A route's own kind of request costs nothing; a dependency that makes one, as much as two
    statements of the database.
    """

    @property
    def site(self) -> Site:
        """The service that was called."""
        return cast("Site", self.app.state.site)

    @contextmanager
    def reading(
        self, *, counted: Kind = "request", people_only: bool = False
    ) -> Iterator[tuple[Transaction, Actor]]:
        """A transaction that only reads, with whoever is signed in.

        `people_only`: what a program may not do for its owner, such as making another token.
        """
        with self.site.database.read() as db:
            yield db, self._who(db, counted, people_only=people_only)

    @contextmanager
    def writing(
        self, *, counted: Kind = "request", people_only: bool = False
    ) -> Iterator[tuple[Transaction, Actor]]:
        """A transaction that ends whole or not at all, with whoever is signed in."""
        with self.site.database.write() as db:
            yield db, self._who(db, counted, people_only=people_only)

    def who(self, *, counted: Kind = "request", people_only: bool = False) -> Actor:
        """Whoever is signed in, for what is too long for one transaction."""
        with self.reading(counted=counted, people_only=people_only) as (_, who):
            return who

    @property
    def address(self) -> str:
        """Where a stranger calls from."""
        return self.client.host if self.client is not None else ""

    @property
    def cookie(self) -> str | None:
        """The session that the browser says it has."""
        return self.cookies.get(cookie_name(self.site.settings))

    def count_stranger(self, kind: Kind) -> None:
        """Counts a request of somebody who need not be signed in."""
        self.site.rates.count(kind, f"address {self.address}")

    def _who(self, db: Transaction, counted: Kind, *, people_only: bool) -> Actor:
        said = self.headers.get("authorization")
        who = None
        if said is not None:
            # A token that does not hold is an error, also where a cookie would do.
            if said[: len(BEARER)].lower() == BEARER:
                who = actor_of_token(db, said[len(BEARER) :].strip())
        elif self.cookie is not None:
            who = actor_of_session(db, self.cookie)
        if who is None:
            self.count_stranger("request")
            raise FaultError(NOT_SIGNED_IN)
        self.site.rates.count(counted, who.id)
        if people_only and who.token is not None:
            raise FaultError(NOT_ALLOWED)
        return who
