"""Who acts: a person with what they are in which city, and how they came in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from api.db.tables import PROGRAMME
from api.errors import PersonRef


class Role(StrEnum):
    """What somebody is in a city, or in the programme."""

    TEAM_MEMBER = "team_member"
    TEAM_LEAD = "team_lead"
    COACH = "coach"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class TokenScope:
    """What a token of the API is good for: these rights, in one city or wherever its owner may."""

    id: str
    city: str | None
    rights: frozenset[str]


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who is signed in, or whose token came with a request.

    `memberships` gives the role for each city, by its id, and for `programme`, which is every city.
    `session` is the hash of the session, which may be shown to nobody but serves as a name for it.
    """

    person: PersonRef
    language: str
    memberships: Mapping[str, Role] = field(default_factory=dict)
    session: str | None = None
    token: TokenScope | None = None

    @property
    def id(self) -> str:
        """The person's id."""
        return self.person.id

    @property
    def programme_role(self) -> Role | None:
        """What they are in the programme, if they are anything."""
        return self.memberships.get(PROGRAMME)

    @property
    def cities(self) -> tuple[str, ...] | None:
        """The cities that they may look into, in order; `None`: all of them."""
        named = sorted(scope for scope in self.memberships if scope != PROGRAMME)
        if self.token is not None and self.token.city is not None:
            return (self.token.city,) if self.roles_in(self.token.city) else ()
        return None if self.programme_role is not None else tuple(named)

    def roles_in(self, city: str) -> frozenset[Role]:
        """What they are in a city; a token for another city is nobody there."""
        if self.token is not None and self.token.city not in (None, city):
            return frozenset()
        found = (self.memberships.get(city), self.programme_role)
        return frozenset(role for role in found if role is not None)
