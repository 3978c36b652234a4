"""How it was judged, what it rests on, and how to be sure that it is the same result."""

from assessment.results import Lens, Verdict
from assessment.scoring import points_for
from reports import wording
from reports.i18n import N_, NN_, Message
from reports.report import Entry, Method, SourceLine, VerdictCell
from reports.sections.context import Context
from reports.signed import Signed
from rubrics.schema import Requirement

INTERPRETATION = "interpretation"
"""What a rubric writes where no source says it."""

_MEANINGS: dict[Verdict, Message] = {
    Verdict.MET: N_("It holds."),
    Verdict.NOT_MET: N_("It is known not to hold."),
    Verdict.UNANSWERED: N_(
        "An answer or evidence is still missing. Nothing is held against the city."
    ),
    Verdict.NEEDS_REVIEW: N_(
        "Evidence is there, but what it shows could not be seen. A person must look."
    ),
    Verdict.NOT_APPLICABLE: N_("It does not concern this city. It brings no point."),
}
_PARAGRAPHS = (
    N_(
        "Each requirement is judged three times: by what the team answers, by what its evidence "
        "shows, and by what a coach decides. The headline follows the evidence."
    ),
    N_(
        "What nobody could see is never counted as a no. Every number of points has two bounds: "
        "points for sure, where everything open counts as not met, and possible points, where it "
        "counts as met."
    ),
    N_(
        "Periods such as the past 12 months end on the day of the assessment. On a later day, the "
        "same evidence may be too old."
    ),
)


def build_method(context: Context, signed: Signed | None = None) -> Method:
    """The method of an assessment, with its sources and digests, and a coach's sign-off."""
    rubric, language = context.rubric, context.language
    return Method(
        status_note=rubric.status_note,
        paragraphs=tuple(language.say(message) for message in _PARAGRAPHS),
        lenses=tuple(
            Entry(name=wording.lens_word(x, language), text=language.say(wording.LENS_MEANINGS[x]))
            for x in Lens
        ),
        verdicts=_verdicts(context),
        tiers=_tiers(context),
        tiers_note=_tiers_note(context),
        eligibility=_eligibility(context),
        unscored=tuple(Entry(name=u.title, text=u.text) for u in rubric.unscored),
        declarations=_declarations(context),
        sources=tuple(
            _source(context, requirement) for requirement in rubric.requirements.values()
        ),
        references=tuple(
            Entry(name=key, text=", ".join(filter(None, (ref.title, ref.where))))
            for key, ref in rubric.sources.items()
        ),
        identity=(*_identity(context), *_signed(context, signed)),
    )


def _verdicts(context: Context) -> tuple[tuple[VerdictCell, str], ...]:
    return tuple(
        (context.cell(verdict), context.language.say(_MEANINGS[verdict])) for verdict in Verdict
    )


def _tiers(context: Context) -> tuple[Entry, ...]:
    rubric, language = context.rubric, context.language
    return tuple(
        Entry(
            name=tier.title,
            text=language.text(
                "from {points} of {total} points ({percent})",
                points=points_for(tier, rubric.points, rubric.tiers),
                total=rubric.points,
                percent=language.percent(tier.min_percent),
            ),
        )
        for tier in rubric.tiers.levels
    )


def _tiers_note(context: Context) -> str:
    language, tiers = context.language, context.rubric.tiers
    if tiers.rounding != "whole_percent":
        return language.text("Shares are compared exactly, without rounding.")
    return language.text("Shares are rounded to whole percents before they are compared.")


def _eligibility(context: Context) -> str:
    rule, language = context.rubric.eligibility, context.language
    return language.text(
        "Cities with at least {people} people may apply, in these countries: {countries}.",
        people=rule.min_population,
        countries=language.all_of(sorted(language.country(code) for code in rule.countries)),
    )


def _declarations(context: Context) -> str:
    """What the points outside the assessed criteria rest on."""
    rubric, language = context.rubric, context.language
    declared = sum(1 for criterion in rubric.criteria if not criterion.assessed)
    return language.say(
        NN_(
            "{n} criterion is declared by the team and not assessed here. It counts as claimed; it "
            "counts as evidenced where the result of an official assessment is attached.",
            "{n} criteria are declared by the team and not assessed here. They count as claimed; "
            "they count as evidenced where the result of an official assessment is attached.",
            "n",
        ),
        n=declared,
    )


def _source(context: Context, requirement: Requirement) -> SourceLine:
    source, language = requirement.source, context.language
    thresholds = language.text("our interpretation")
    if source.thresholds != INTERPRETATION:
        thresholds = source.thresholds
    return SourceLine(
        number=context.numbers[requirement.id],
        title=requirement.title,
        sources=", ".join(source.refs),
        thresholds=thresholds,
    )


def _identity(context: Context) -> tuple[Entry, ...]:
    assessment, language = context.assessment, context.language
    rubric, submission = assessment.rubric, assessment.submission
    return (
        Entry(
            name=language.text("Rubric"),
            text=language.text("{id}, edition {edition}", id=rubric.id, edition=rubric.edition),
        ),
        Entry(name=language.text("Digest of the rubric"), text=rubric.digest),
        Entry(name=language.text("Digest of the submission"), text=submission.digest),
        Entry(name=language.text("Day of the assessment"), text=assessment.on.isoformat()),
        Entry(name=language.text("Version of the engine"), text=assessment.engine_version),
    )


def _signed(context: Context, signed: Signed | None) -> tuple[Entry, ...]:
    language = context.language
    if signed is None:
        return ()
    said = language.text(
        "{by}, on {day}; submission {number}",
        by=signed.by,
        day=signed.on,
        number=signed.submission,
    )
    return (
        Entry(name=language.text("Signed off by"), text=said),
        Entry(name=language.text("Hash of the sign-off"), text=signed.seal),
    )
