"""What a sprint's calendar is made of: numbered sessions with explicit dates, cohort by cohort.

Twelve weekly sessions never span twelve weeks, so nothing is counted from the first day.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rubrics.model import Count, Id, Text

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
"""A day on which people meet. What lies much further off is a mistake, and weeks without end."""

MOST_DAYS = 2 * 366


class Piece(BaseModel):
    """A frozen piece of a calendar; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Cohort(Piece):
    """Cities that meet on the same days, in one language."""

    title: Text
    language: Literal["en", "es", "pt"]


class Session(Piece):
    """One session: what it offers, its day for each cohort, how many actions a team can bring."""

    number: Count
    kinds: tuple[Id, ...] = Field(min_length=1)
    slots: Count
    dates: dict[Id, Day]


class Sprint(Piece):
    """A sprint. `breaks` are the Mondays of weeks without work."""

    id: Id
    title: Text
    source: str
    dates: Literal["official", "interpretation"]
    days_per_week: Annotated[float, Field(gt=0, le=7)]
    cohorts: dict[Id, Cohort] = Field(min_length=1)
    sessions: tuple[Session, ...] = Field(min_length=1)
    breaks: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _is_in_order(self) -> "Sprint":
        for cohort in self.cohorts:
            days = [session.dates.get(cohort) for session in self.sessions]
            if None in days:
                raise ValueError(f"every session needs a date for the cohort '{cohort}'")
            if days != sorted(day for day in days if day is not None):
                raise ValueError(f"the sessions of the cohort '{cohort}' are not in order")
            if (self.sessions[-1].dates[cohort] - self.sessions[0].dates[cohort]).days > MOST_DAYS:
                raise ValueError("a sprint takes no more than two years")
        if any(day.weekday() for day in self.breaks):
            raise ValueError("a break is named by its Monday")
        return self
