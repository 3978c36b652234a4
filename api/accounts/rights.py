"""Who may do what: one table, and the one function that asks it.

What is not in the table is forbidden. Everything belongs to a city; whoever has no role there does
not learn that it exists.
"""

from enum import StrEnum

from api.accounts.actor import Actor, Role
from api.errors import NotAllowed, NotThere


class Action(StrEnum):
    """What can be done; a token of the API is given some of these."""

    READ = "read"  # whatever a city has, but private notes
    WRITE = "write"  # answers, evidence, declarations
    COMMENT = "comment"
    SUBMIT = "submit"
    START = "start"  # another assessment of the city
    PEOPLE = "people"  # invite, change roles, remove
    CITY = "city"  # what is said of the city itself
    READ_PRIVATE = "read_private"  # notes between coaches and staff
    DECIDE = "decide"  # a coach's verdict, and what a coach asks the team to change
    SIGN_OFF = "sign_off"  # ends a review
    ASSIGN = "assign"  # who reviews what
    REOPEN = "reopen"  # what was submitted
    PROGRAMME = "programme"  # cities, and people of the programme
    COHORT = "cohort"  # what all cities show together, without their names
    COHORT_NAMES = "cohort_names"  # the same with the names of cities


_LEAD, _MEMBER, _COACH, _STAFF = Role.TEAM_LEAD, Role.TEAM_MEMBER, Role.COACH, Role.STAFF

ALLOWED: dict[Action, frozenset[Role]] = {
    Action.READ: frozenset({_MEMBER, _LEAD, _COACH, _STAFF}),
    Action.WRITE: frozenset({_MEMBER, _LEAD}),
    Action.COMMENT: frozenset({_MEMBER, _LEAD, _COACH, _STAFF}),
    Action.SUBMIT: frozenset({_LEAD}),
    Action.START: frozenset({_LEAD, _STAFF}),
    Action.PEOPLE: frozenset({_LEAD, _STAFF}),
    Action.CITY: frozenset({_LEAD, _STAFF}),
    Action.READ_PRIVATE: frozenset({_COACH, _STAFF}),
    Action.DECIDE: frozenset({_COACH}),
    Action.SIGN_OFF: frozenset({_COACH}),
    Action.ASSIGN: frozenset({_COACH, _STAFF}),
    Action.REOPEN: frozenset({_COACH, _STAFF}),
    Action.PROGRAMME: frozenset({_STAFF}),
    Action.COHORT: frozenset({_COACH, _STAFF}),
    Action.COHORT_NAMES: frozenset({_STAFF}),
}


def may(who: Actor, action: Action, *, city: str) -> bool:
    """Whether somebody may do this in a city."""
    if who.token is not None and action not in who.token.rights:
        return False
    return not ALLOWED[action].isdisjoint(who.roles_in(city))


def require(who: Actor, action: Action, *, city: str, what: str, name: str) -> None:
    """Ends with `NotThere` for somebody without a role in the city, else with `NotAllowed`."""
    if not who.roles_in(city):
        raise NotThere(what, name)
    if not may(who, action, city=city):
        raise NotAllowed(action)


def may_in_programme(who: Actor, action: Action) -> bool:
    """Whether somebody may do this everywhere, and where no city is concerned."""
    if who.token is not None and (who.token.city is not None or action not in who.token.rights):
        return False
    return who.programme_role is not None and who.programme_role in ALLOWED[action]


def require_in_programme(who: Actor, action: Action) -> None:
    """Ends with `NotAllowed` for somebody who may not do this everywhere."""
    if not may_in_programme(who, action):
        raise NotAllowed(action)
