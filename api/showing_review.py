"""What the commands of a coach show: the queue, a review, what was changed, what was done."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from api.terminal import STYLES, Screen, line, table
from assessment.results import Verdict
from reports.wording import MARKS, verdict_word

Told = Any
"""What the service answered, as JSON."""


def queue_lines(found: Told, screen: Screen) -> Iterator[RenderableType]:
    """What waits, a line for each submission."""
    say = screen.language.text
    items = found["items"]
    if not items:
        yield line(say("Nothing waits for a coach."))
        return
    heads = (say("City"), say("Claimed"), say("Proven"), say("Risk"), say("Days"))
    rest = (say("To decide"), say("Coaches"), say("Assessment"))
    rows = [
        (
            one["assessment"]["city"]["name"],
            f"{one['claimed']}/{one['total']}",
            f"{one['evidenced']}/{one['total']}",
            str(one["risk"]),
            str(one["waiting_days"]),
            str(one["to_decide"]),
            ", ".join(coach["name"] for coach in one["coaches"]) or "-",
            one["assessment"]["id"],
        )
        for one in items
    ]
    yield table((*heads, *rest), rows)


def review_lines(found: Told, screen: Screen, *, everything: bool) -> Iterator[RenderableType]:
    """A review: what waits for a decision, or all of it."""
    say = screen.language.text
    city, number = found["assessment"]["city"]["name"], found["submission"]["number"]
    yield line(say("{city}, submission {number}", city=city, number=number), "bold")
    yield line(
        say(
            "Decided: {decided}; still to decide: {waiting}; the machine could be agreed with: "
            "{agreeable}.",
            decided=found["decided"],
            waiting=found["to_decide"],
            agreeable=found["agreeable"],
        )
    )
    if found["signed"] is not None:
        yield from sign_off_lines(found["signed"], screen)
    lines = [one for one in found["lines"] if everything or _waits(one)]
    if not lines:
        return
    yield line()
    heads = (say("Requirement"), say("Claimed"), say("Evidenced"), say("Confirmed"))
    rows: list[tuple[str | Text, ...]] = [
        (
            str(one["about"]),
            *(_verdict(one[lens], screen) for lens in ("claimed", "evidenced", "confirmed")),
            _decided(one, screen),
        )
        for one in lines
    ]
    yield table((*heads, say("Decision")), rows, wide=4)


def difference_lines(found: Told, screen: Screen) -> Iterator[RenderableType]:
    """Only what the team changed."""
    say = screen.language.text
    first, second = found["first"], found["second"]
    yield line(say("From submission {first} to {second}", first=first, second=second), "bold")
    if not found["lines"]:
        yield line(say("The team changed nothing."))
    for one in found["lines"]:
        yield line()
        yield line(one["about"], "bold")
        if one["asked"]:
            yield line(say("Asked: {text}", text=one["asked"]))
        if one["answer_before"] != one["answer_after"]:
            before, after = _plain(one["answer_before"]), _plain(one["answer_after"])
            yield line(say("Answer: {before} → {after}", before=before, after=after))
        for key, said in (
            ("evidence_added", say("New evidence")),
            ("evidence_changed", say("Changed evidence")),
            ("evidence_removed", say("Removed evidence")),
        ):
            if one[key]:
                yield line(f"{said}: {', '.join(one[key])}")
        before, after = one["evidenced_before"], one["evidenced_after"]
        yield Text.assemble(_verdict(before, screen), " → ", _verdict(after, screen))
    if found["untouched"]:
        yield line()
        names = ", ".join(found["untouched"])
        yield line(say("Asked for and not changed: {names}", names=names), "yellow")


def decision_lines(found: Told, screen: Screen) -> Iterator[RenderableType]:
    """A decision that was written."""
    say = screen.language.text
    if found["verdict"] is None:
        yield line(say("Taken back: {about}", about=found["about"]))
    else:
        yield line(say("Decided: {about}, {word}", about=found["about"], word=found["verdict"]))


def agreed_lines(found: Told, screen: Screen) -> Iterator[RenderableType]:
    """How often the machine was agreed with."""
    yield line(screen.language.text("Agreed with the machine: {n}", n=len(found["items"])))


def request_lines(found: Told, screen: Screen) -> Iterator[RenderableType]:
    """A request that went to the team."""
    due = date.fromisoformat(found["due"])
    say = screen.language.text
    yield line(say("Asked for changes: {n}, by {due}", n=len(found["asks"]), due=due))


def sign_off_lines(found: Told, screen: Screen) -> Iterator[RenderableType]:
    """A sign-off, with the hash by which the log knows it."""
    say = screen.language.text
    by, number = found["by"]["name"], found["submission"]
    yield line(say("Signed off: submission {number}, by {by}", number=number, by=by))
    yield line(found["seal"], "dim")


def reopened_lines(found: Told, screen: Screen) -> Iterator[RenderableType]:
    """What is open again, and to whom."""
    say = screen.language.text
    to_team = say("Open again: the team can change all of it.")
    to_coach = say("Open again: the review goes on, the submission stays.")
    yield line(to_team if found["to"] == "team" else to_coach)


def _waits(one: Told) -> bool:
    return one["state"] == "changed" or (
        one["state"] == "open" and one["evidenced"] in ("met", "not_applicable", "needs_review")
    )


def _decided(one: Told, screen: Screen) -> str:
    say = screen.language.text
    if one["decision"] is None:
        return "-"
    said = f"{one['decision']['verdict']} ({one['decision']['by']['name']})"
    return say("{word}, before the change", word=said) if one["state"] == "changed" else said


def _verdict(word: str, screen: Screen) -> Text:
    verdict = Verdict(word)
    return Text(f"{MARKS[verdict]} {verdict_word(verdict, screen.language)}", style=STYLES[word])


def _plain(value: object) -> str:
    return "-" if value is None else str(value)
