"""The commands of a coach: the queue, a review, decisions, requests, sign-off; over HTTP.

`digest` alone is the operator's: it works on the service's own database.
"""

import json as json_
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from api.cli_options import Lang, Language

app = typer.Typer(
    help="Review what cities have submitted; READINESS_URL and READINESS_TOKEN say where, and who.",
    invoke_without_command=True,
    rich_markup_mode="markdown",
)


class Said(StrEnum):
    """What a coach can say of a requirement."""

    AGREE = "agree"
    MET = "met"
    NOT_MET = "not_met"
    NEEDS_PROOF = "needs_proof"
    NOT_APPLICABLE = "not_applicable"
    NONE = "none"


class Ordered(StrEnum):
    """What the queue begins with."""

    RISK = "risk"
    AGE = "age"
    CITY = "city"
    COHORT = "cohort"


class GoesOn(StrEnum):
    """Who goes on with what is opened again."""

    TEAM = "team"
    REVIEW = "review"


Assessment = Annotated[
    str, typer.Argument(metavar="ASSESSMENT", help="Its id, as the queue shows it.")
]
Json = Annotated[bool, typer.Option("--json", help="Write what the service answers, as JSON.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why; needed where it differs.")]


@app.callback()
def review(context: typer.Context) -> None:
    """Review what cities have submitted; READINESS_URL and READINESS_TOKEN say where, and who."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def queue(
    cohort: Annotated[str | None, typer.Option(metavar="NAME", show_default=False)] = None,
    city: Annotated[str | None, typer.Option(metavar="ID", show_default=False)] = None,
    coach: Annotated[
        str | None,
        typer.Option(metavar="ID|me|nobody", help="Whose reviews.", show_default=False),
    ] = None,
    order: Annotated[
        Ordered, typer.Option(help="risk: who claims much and proves little.")
    ] = Ordered.RISK,
    json: Json = False,
    lang: Language = Lang.EN,
) -> None:
    """List the submissions that wait for a coach.

    For example:

        readiness review queue

        readiness review queue --coach me --order age
    """
    from api.review_client import open_service
    from api.showing_review import queue_lines
    from api.terminal import open_screen

    with open_screen(lang) as screen, open_service(lang) as service:
        asked = {"cohort": cohort, "city": city, "coach": coach, "order": order.value}
        found = service.get("/reviews", **asked)
        _show(screen, found, json, queue_lines)


@app.command()
def show(
    assessment: Assessment,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what has been decided, and what is not met.")
    ] = False,
    changed: Annotated[
        bool, typer.Option("--changed", help="Only what the team changed since the last time.")
    ] = False,
    json: Json = False,
    lang: Language = Lang.EN,
) -> None:
    """Show a submission: what the team claims, what the machine says, what was decided.

    For example:

        readiness review show 01jdq2…

        readiness review show 01jdq2… --changed
    """
    from functools import partial

    from api.review_client import open_service
    from api.showing_review import difference_lines, review_lines
    from api.terminal import open_screen

    with open_screen(lang) as screen, open_service(lang) as service:
        if changed:
            found = service.get(f"/assessments/{assessment}/review/differences")
            _show(screen, found, json, difference_lines)
        else:
            found = service.get(f"/assessments/{assessment}/review")
            _show(screen, found, json, partial(review_lines, everything=everything))


@app.command()
def decide(
    assessment: Assessment,
    about: Annotated[str, typer.Argument(help="A requirement, or the code of a criterion.")],
    verdict: Annotated[Said, typer.Argument(help="Your word; none takes it back.")],
    reason: Reason = "",
    json: Json = False,
    lang: Language = Lang.EN,
) -> None:
    """Decide about one requirement. What differs from the machine needs a reason.

    For example:

        readiness review decide 01jdq2… rdc7-awards agree

        readiness review decide 01jdq2… rdc7-awards not_met --reason "It stops in May."
    """
    from api.review_client import open_service
    from api.showing_review import decision_lines
    from api.terminal import open_screen

    with open_screen(lang) as screen, open_service(lang) as service:
        review = service.get(f"/assessments/{assessment}/review")
        seen = next((one["version"] for one in review["lines"] if one["about"] == about), 0)
        word = None if verdict is Said.NONE else verdict.value
        said = {"about": about, "verdict": word, "reason": reason}
        found = service.post(f"/assessments/{assessment}/decisions", said, version=seen)
        _show(screen, found, json, decision_lines)


@app.command()
def agree(assessment: Assessment, json: Json = False, lang: Language = Lang.EN) -> None:
    """Agree with the machine wherever it knows from evidence, and nobody has decided.

    For example:

        readiness review agree 01jdq2…
    """
    from api.review_client import open_service
    from api.showing_review import agreed_lines
    from api.terminal import open_screen

    with open_screen(lang) as screen, open_service(lang) as service:
        review = service.get(f"/assessments/{assessment}/review")
        version = review["assessment"]["version"]
        found = service.post(f"/assessments/{assessment}/review/agree", version=version)
        _show(screen, found, json, agreed_lines)


@app.command()
def request(
    assessment: Assessment,
    ask: Annotated[
        list[str],
        typer.Option(
            metavar="NAME=TEXT", help="A requirement, and what to change; as often as you need."
        ),
    ],
    due: Annotated[datetime, typer.Option(metavar="DATE", formats=["%Y-%m-%d"], help="By when.")],
    note: Annotated[str, typer.Option(metavar="TEXT", help="A word to all of it.")] = "",
    json: Json = False,
    lang: Language = Lang.EN,
) -> None:
    """Ask the team for changes. Only what you ask for is open to them.

    For example:

        readiness review request 01jdq2… --due 2026-12-15 --ask "rdc7-awards=Add June, please."
    """
    from api.review_client import open_service
    from api.showing_review import request_lines
    from api.terminal import open_screen
    from rubrics.problems import InputError, Place, Problem

    with open_screen(lang) as screen, open_service(lang) as service:
        asks = dict(one.partition("=")[::2] for one in ask)
        if not all(asks.values()):
            params = {"got": ask[0][:80], "expected": "NAME=TEXT"}
            raise InputError([Problem("value.wrong_form", Place("--ask"), params)])
        review = service.get(f"/assessments/{assessment}/review")
        version = review["assessment"]["version"]
        said = {"asks": asks, "due": due.date().isoformat(), "note": note}
        found = service.post(f"/assessments/{assessment}/change-requests", said, version=version)
        _show(screen, found, json, request_lines)


@app.command(name="sign-off")
def sign_off(
    assessment: Assessment,
    note: Annotated[str, typer.Option(metavar="TEXT", help="A word beside it.")] = "",
    json: Json = False,
    lang: Language = Lang.EN,
) -> None:
    """End a review, once nothing in it waits for a decision. The hash stands in the log.

    For example:

        readiness review sign-off 01jdq2…
    """
    from api.review_client import open_service
    from api.showing_review import sign_off_lines
    from api.terminal import open_screen

    with open_screen(lang) as screen, open_service(lang) as service:
        review = service.get(f"/assessments/{assessment}/review")
        version = review["assessment"]["version"]
        said = {"note": note}
        found = service.post(f"/assessments/{assessment}/sign-off", said, version=version)
        _show(screen, found, json, sign_off_lines)


@app.command()
def reopen(
    assessment: Assessment,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; the log keeps it.")],
    to: Annotated[
        GoesOn, typer.Option(help="team: all of it can be changed; review: you decide anew.")
    ] = GoesOn.TEAM,
    json: Json = False,
    lang: Language = Lang.EN,
) -> None:
    """Open again what was submitted, or a review that was signed off. All of it stays in the log.

    For example:

        readiness review reopen 01jdq2… --reason "The register was renewed."

        readiness review reopen 01jdq2… --to review --reason "I read the wrong year."
    """
    from api.review_client import open_service
    from api.showing_review import reopened_lines
    from api.terminal import open_screen

    with open_screen(lang) as screen, open_service(lang) as service:
        version = service.get(f"/assessments/{assessment}")["version"]
        said = {"reason": reason, "to": to.value}
        service.post(f"/assessments/{assessment}/reopen", said, version=version)
        _show(screen, said, json, reopened_lines)


@app.command()
def digest(lang: Language = Lang.EN) -> None:
    """Write and send the e-mail digests; for the operator, to be run every hour by cron.

    READINESS_… settings name the database and the mail server. Without one, the messages stand in
    the log alone.

    For example:

        readiness review digest
    """
    from api.db.session import open_database
    from api.posting import post_office
    from api.review.mailing import send_digests
    from api.settings import load_settings
    from api.terminal import line, open_screen

    with open_screen(lang) as screen:
        settings = load_settings()
        opened = open_database(settings)
        with post_office(settings) as post:
            tried = send_digests(opened, post)
        opened.close()
        say = screen.language.text
        sent = sum(one.sent_at is not None for one in tried)
        screen.show(line(say("Messages written: {n}; sent: {sent}.", n=len(tried), sent=sent)))
        failed = [one for one in tried if post is not None and one.error]
        screen.show(*(line(f"{one.address}: {one.error}", "red") for one in failed))
        if failed:
            raise typer.Exit(2)


def _show(screen: Any, found: Any, json: bool, lines: Any) -> None:  # noqa: ANN401
    """What the service answered, for people or for programs."""
    if json:
        typer.echo(json_.dumps(found, ensure_ascii=False, indent=1))
    else:
        screen.show(*lines(found, screen))
