"""What `verify` shows: whether a report is what it says, and if not, what is not."""

from collections.abc import Iterator, Mapping

from rich.console import RenderableType

from api.terminal import Screen, line, table
from api.verifying.verification import Fault, Judge, Pages, Seal, Verification
from assessment.results import Verdict
from reports import wording
from reports.i18n import N_, NN_, Language, Message

_FAULTS: Mapping[str, Message] = {
    "file.changed": N_("{file} was changed: it is not the file that the report was made with."),
    "file.missing": N_("{file} is missing from the report."),
    "file.unknown": N_("{file} was added to the report."),
    "rubric.digest": N_("The rubric inside is not the one by which the result was made."),
    "submission.digest": N_("The answers and evidence inside are not those that were judged."),
    "manifest.differs": N_("The manifest speaks of another result than the one inside."),
    "pages.changed": N_("The pages, or other parts of the PDF, are not those of this result."),
    "pages.appended": N_("Something was added to the PDF after it was made."),
    "seal.broken": N_("The signature does not fit the file: it was changed after it was signed."),
    "seal.partial": N_("The signature does not cover the whole file."),
}
_JUDGES: Mapping[Judge, Message] = {
    "library": N_("Judged again by the rubric {id} of this program, which has the same digest."),
    "given": N_("Judged again by the rubric that you named (digest {digest})."),
    "embedded": N_(
        "Judged again by the rubric inside the report: this program does not know it. Compare its "
        "digest {digest} with the one that the programme has made public."
    ),
}
SHOWN = 40


def verification_lines(found: Verification, screen: Screen) -> Iterator[RenderableType]:
    """The outcome first, then everything that it rests on."""
    say = screen.language.text
    match found.outcome:
        case "same":
            yield line(
                say("Same: what the report says comes out again, to the byte."), "bold green"
            )
        case "different":
            yield line(_different(found, screen.language), "bold yellow")
        case "tampered":
            yield line(say("Tampered: the report was changed after it was made."), "bold red")
    if found.city:
        yield line(say("{city}, judged as of {day}", city=found.city, day=found.on))
    yield from (line(f"- {_fault(fault, screen.language)}") for fault in found.faults)
    if found.flips:
        yield line()
        yield _flips(found, screen.language)
        if len(found.flips) > SHOWN:
            more = len(found.flips) - SHOWN
            yield line(say("And {n} more like these.", n=more), "dim")
    elif found.outcome == "different":
        names = screen.language.all_of(list(found.parts))
        yield line(
            say("No verdict is different; these parts of the result are: {parts}.", parts=names)
        )
    yield line()
    if found.judge_digest:
        short = f"{found.judge_digest[:16]}…"
        message = _JUDGES[found.judge]
        yield line(screen.language.say(message, id=found.rubric_id, digest=short), "dim")
    if found.engine_version != found.engine_here:
        versions = {"then": found.engine_version, "now": found.engine_here}
        yield line(
            say("It was made by engine version {then}; this is version {now}.", **versions),
            "yellow",
        )
    yield line(_pages(found.pages, screen.language), "dim")
    yield line(_seal(found.seal, screen.language), "dim")


def _different(found: Verification, language: Language) -> str:
    if not found.flips:
        return language.text("Different: the verdicts come out the same, and other parts do not.")
    return language.say(
        NN_(
            "Different: {n} verdict comes out otherwise than the report says.",
            "Different: {n} verdicts come out otherwise than the report says.",
            "n",
        ),
        n=len(found.flips),
    )


def _fault(fault: Fault, language: Language) -> str:
    return language.say(_FAULTS[fault.code], file=fault.file)


def _flips(found: Verification, language: Language) -> RenderableType:
    say = language.text
    heads = (say("Verdict"), "", say("Whose word counts"), say("In the report"), say("Now"))
    rows = [
        [
            flip.about,
            flip.title,
            wording.lens_word(flip.lens, language),
            _word(flip.said, language),
            _word(flip.found, language),
        ]
        for flip in found.flips[:SHOWN]
    ]
    return table(heads, rows, wide=1)


def _word(verdict: Verdict | None, language: Language) -> str:
    return "-" if verdict is None else language.say(wording.VERDICTS[verdict])


def _pages(pages: Pages, language: Language) -> str:
    match pages.state:
        case "same":
            return language.text("The pages were printed again: they are the same, to the byte.")
        case "changed":
            return language.text("The pages were printed again: they are not the same.")
        case "not_compared" if pages.made_by:
            return language.text(
                "The pages were not compared: they were made by other versions ({versions}).",
                versions=pages.made_by,
            )
        case "not_compared":
            return language.text("The pages were not compared.")


def _seal(seal: Seal | None, language: Language) -> str:
    if seal is None:
        return language.text("It is not signed: nobody vouches for who made it.")
    told = {"name": seal.signer, "time": seal.at}
    if seal.trusted is None:
        return language.text(
            "Signed by {name} on {time}, by their own word. Name their certificate with --trust.",
            **told,
        )
    if not seal.trusted:
        return language.text(
            "Signed by {name}, who is not the one that you trust. Do not rely on it.", **told
        )
    return language.text("Signed by {name} on {time}, whom you trust.", **told)
