"""What the API takes: the bodies of its writes, closed to keys that it does not know."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from api.accounts.actor import Role
from api.accounts.rights import Action
from api.review.views import Word
from assessment.model import Day

Name = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=4_000)]
Words = Annotated[str, Field(min_length=1, max_length=4_000)]
Id = Annotated[str, Field(min_length=1, max_length=120)]
Email = Annotated[str, Field(min_length=3, max_length=320)]
Password = Annotated[str, Field(min_length=1, max_length=1_000)]
Lang = Literal["en", "es", "pt"]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Population = Annotated[StrictInt, Field(ge=0, le=100_000_000)]
Version = Annotated[StrictInt, Field(ge=0, le=1_000_000_000)]
Part = Literal["answers", "declared", "not_applicable", "about"]
Persona = Literal["team_lead", "coach", "staff"]


class Body(BaseModel):
    """A body of a request."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SignIn(Body):
    """Who signs in with a password."""

    email: Email
    password: Password


class DemoSignIn(Body):
    """As which of the sample people; only in the demo."""

    persona: Persona


class MeChange(Body):
    """What somebody changes of themselves."""

    name: Name | None = None
    language: Lang | None = None


class PasswordChange(Body):
    """The password until now, and from now on."""

    old: Password
    new: Password


class NewCity(Body):
    """A city that takes part."""

    name: Name
    country: Country
    population: Population | None = None
    region: Name | None = None
    language: Lang = "en"


class CityChange(Body):
    """What changes of a city; what is left out stays."""

    name: Name | None = None
    country: Country | None = None
    population: Population | None = None
    region: Name | None = None
    language: Lang | None = None


class RoleChange(Body):
    """What somebody is from now on."""

    role: Role


class HandOver(Body):
    """To whom the lead goes; you stay as a member."""

    to: Id


class NewInvitation(Body):
    """Who is invited, as what."""

    email: Email
    role: Role = Role.TEAM_MEMBER


class Secret(Body):
    """The last part of an invitation's link."""

    secret: Annotated[str, Field(min_length=1, max_length=200)]


class Acceptance(Body):
    """Who joins by an invitation."""

    secret: Annotated[str, Field(min_length=1, max_length=200)]
    name: Name
    password: Password
    language: Lang = "en"


class NewToken(Body):
    """A token for a program: what it may do, where, and for how long."""

    name: Name
    rights: Annotated[list[Action], Field(min_length=1, max_length=20)]
    city: Id | None = None
    days: Annotated[StrictInt, Field(ge=1, le=3_650)] = 90


class NewAssessment(Body):
    """An assessment to be filled in."""

    city: Id
    title: Name
    rubric: Id = "wwc-2022"
    sprint: Id | None = None
    cohort: Id | None = None


class NewAnswer(Body):
    """An answer as it stands in a submission file; `null` takes it back."""

    value: object = None


class VersionedAnswer(Body):
    """The same with the version that you have seen of it."""

    value: object = None
    version: Version


class NewAnswers(Body):
    """Many answers at once, by question: all are saved, or none."""

    answers: Annotated[dict[Id, VersionedAnswer], Field(min_length=1, max_length=500)]


class NewLink(Body):
    """Evidence that lies at a public address."""

    url: Annotated[str, Field(min_length=1, max_length=2_000)]
    kind: Id
    title: Name
    serves: Annotated[list[Id], Field(max_length=200)] = []
    dated: Day | None = None
    note: Annotated[str, Field(max_length=4_000)] | None = None


class PopulationOfEvidence(Body):
    """Everything that a dataset should hold."""

    number: Annotated[StrictInt, Field(ge=1)] | None = None
    value: Annotated[float, Field(gt=0, le=1e15)] | None = None


class EvidenceChange(Body):
    """What changes of what is said of a piece of evidence; what is left out stays."""

    title: Name | None = None
    kind: Id | None = None
    serves: Annotated[list[Id], Field(max_length=200)] | None = None
    dated: Day | None = None
    shows: Annotated[dict[Id, Name], Field(max_length=100)] | None = None
    columns: Annotated[dict[Name, Id], Field(max_length=500)] | None = None
    population: PopulationOfEvidence | None = None
    note: Annotated[str, Field(max_length=4_000)] | None = None


class WhatIfAsked(Body):
    """Changes to try out, by question or by the code of a declared criterion; nothing is saved."""

    changes: Annotated[dict[Id, object], Field(min_length=1, max_length=200)]


class NewComment(Body):
    """A remark about a requirement, a criterion or a piece of evidence."""

    text: Words
    about: Id
    private: StrictBool = False
    reply_to: Id | None = None


class NewDecision(Body):
    """A coach's word on a requirement or criterion; `null` takes it back.

    A word that differs from the machine's verdict needs a reason.
    """

    about: Id
    verdict: Word | None
    reason: Text = ""


class Reopening(Body):
    """Why it is opened again, and for whom: the team, or a coach who has signed it off."""

    reason: Annotated[str, Field(min_length=3, max_length=4_000)]
    to: Literal["team", "review"] = "team"


class NewRequest(Body):
    """What a team is asked to change, by requirement or criterion, and by when."""

    asks: Annotated[dict[Id, Words], Field(min_length=1, max_length=200)]
    due: Day
    note: Text = ""


class NewSignOff(Body):
    """The end of a review; the note stands beside it."""

    note: Text = ""


class NewOpinion(Body):
    """What a second reader says of a requirement or criterion; it decides nothing."""

    verdict: Word
    reason: Text = ""


class ChoiceOfCities(Body):
    """Which cities of a cohort are meant; what is left out chooses nothing."""

    country: Country | None = None
    region: Annotated[str, Field(min_length=1, max_length=600)] | None = None
    population: Annotated[str, Field(pattern=r"^[0-9]{1,9}$")] | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] | None = None
    tier: Id | None = None
    criterion: Id | None = None
    lacks: Id | None = None


class NewView(Body):
    """A view of a cohort that somebody keeps under a name."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    cohort: Id = "all"
    choice: ChoiceOfCities = ChoiceOfCities()
    named: StrictBool = False
