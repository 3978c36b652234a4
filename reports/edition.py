"""What every kind of report has in common: what it is, its language, its title and its day."""

from datetime import date
from typing import Literal, Protocol

Kind = Literal["report", "summary", "session", "cohort"]
"""The kinds of report; each is laid out by the template of its name."""


class Edition(Protocol):
    """Anything that can be printed: the values of one report, of whatever kind."""

    @property
    def kind(self) -> Kind:
        """The kind, which names the template."""

    @property
    def language(self) -> str:
        """The code of the language that it is written in."""

    @property
    def title(self) -> str:
        """What the file is called by whoever opens it."""

    @property
    def on(self) -> date:
        """The day it speaks of; files are dated by it."""
