"""The first page: are we ready, how sure is that, what next."""

from assessment.results import Lens, Score, Verdict
from assessment.scoring import points_for
from reports import wording
from reports.i18n import NN_, Language
from reports.report import ActionLine, Bar, LensLine, Summary, Tick
from reports.sections.context import Context
from rubrics.schema import Rubric, Tier

NEXT_ACTIONS = 3
"""How many actions the first page shows."""


def build_summary(context: Context, actions: tuple[ActionLine, ...]) -> Summary:
    """The first page of an assessment; `actions` are those of the whole plan."""
    lenses, language = context.assessment.lenses, context.language
    evidenced = lenses.evidenced
    scores = {
        Lens.CLAIMED: lenses.claimed,
        Lens.EVIDENCED: evidenced,
        Lens.CONFIRMED: lenses.confirmed,
    }
    return Summary(
        headline=_headline(context, evidenced),
        distance=_distance(context, evidenced),
        certainty=language.text(
            "Points by the city's own answers: {claimed}. Proven by evidence: {evidenced}. "
            "Confirmed by coaches: {confirmed}.",
            claimed=lenses.claimed.points.guaranteed,
            evidenced=evidenced.points.guaranteed,
            confirmed=lenses.confirmed.points.guaranteed,
        ),
        bar=points_bar_of(evidenced, context.rubric, language),
        lenses=tuple(_lens(context, lens, score) for lens, score in scores.items()),
        criteria=tuple(
            context.line(finding) for finding in context.assessment.criteria if not finding.declared
        ),
        next_actions=actions[:NEXT_ACTIONS],
        more_actions=_more(len(actions), language),
        nothing_left=() if actions else _nothing_left(context, evidenced),
        notices=_notices(context, evidenced),
    )


def points_bar_of(score: Score, rubric: Rubric, language: Language) -> Bar:
    """A score against all levels of the rubric."""
    ticks = tuple(
        Tick(at=points_for(tier, score.total, rubric.tiers), label=tier.title)
        for tier in rubric.tiers.levels
    )
    levels = language.all_of(
        language.text("{tier} from {points}", tier=tick.label, points=tick.at) for tick in ticks
    )
    alt = language.text(
        "Points proven: {guaranteed}; possible: {possible}; in all: {total}. Levels: {levels}.",
        guaranteed=score.points.guaranteed,
        possible=score.points.possible,
        total=score.total,
        levels=levels,
    )
    return bar_of(score, alt, ticks)


def bar_of(score: Score, alt: str, ticks: tuple[Tick, ...] = ()) -> Bar:
    """A score as a bar."""
    points = score.points
    return Bar(
        guaranteed=points.guaranteed,
        possible=points.possible,
        total=score.total,
        alt=alt,
        ticks=ticks,
    )


def target_of(rubric: Rubric) -> Tier:
    """The level that headlines and plans aim at."""
    return next(tier for tier in rubric.tiers.levels if tier.id == rubric.tiers.target)


def tier_title(rubric: Rubric, name: str) -> str:
    """The title of a level."""
    return next(tier.title for tier in rubric.tiers.levels if tier.id == name)


def _headline(context: Context, score: Score) -> str:
    """One sentence for the mayor, on the evidence alone."""
    language, rubric = context.language, context.rubric
    city = context.assessment.submission.city
    target = target_of(rubric).title
    if score.tier.reached is not None:
        tier = tier_title(rubric, score.tier.reached)
        return language.text("{city} reaches {tier} on the evidence at hand.", city=city, tier=tier)
    if score.tier.within_reach is not None:
        return language.text(
            "{tier} is within reach of {city}; the evidence does not secure it yet.",
            city=city,
            tier=target,
        )
    return language.text("{city} does not reach {tier} yet.", city=city, tier=target)


def _distance(context: Context, score: Score) -> str:
    """How many points there are, and how many the target takes."""
    language, rubric, points = context.language, context.rubric, score.points
    target = target_of(rubric)
    needed = points_for(target, score.total, rubric.tiers)
    first = language.text(
        "{guaranteed} of {total} points are proven, and up to {possible} are possible.",
        guaranteed=points.guaranteed,
        total=score.total,
        possible=points.possible,
    )
    if points.possible == points.guaranteed:
        first = language.text(
            "{guaranteed} of {total} points are proven.",
            guaranteed=points.guaranteed,
            total=score.total,
        )
    if score.to_silver:
        second = language.say(
            NN_(
                "{tier} takes {needed}: {missing} more has to be proven.",
                "{tier} takes {needed}: {missing} more have to be proven.",
                "missing",
            ),
            tier=target.title,
            needed=needed,
            missing=score.to_silver,
        )
    else:
        second = _next_level(context, score)
    return f"{first} {second}".rstrip()


def _next_level(context: Context, score: Score) -> str:
    """Once the target is reached: how far it is to the level above."""
    levels, total = context.rubric.tiers.levels, score.total
    for tier in levels:
        needed = points_for(tier, total, context.rubric.tiers)
        if needed > score.points.guaranteed:
            return context.language.say(
                NN_(
                    "The next level, {tier}, takes {needed}: {missing} more.",
                    "The next level, {tier}, takes {needed}: {missing} more.",
                    "missing",
                ),
                tier=tier.title,
                needed=needed,
                missing=needed - score.points.guaranteed,
            )
    return ""


def _lens(context: Context, lens: Lens, score: Score) -> LensLine:
    language, rubric = context.language, context.rubric
    target = target_of(rubric)
    tick = Tick(at=points_for(target, score.total, rubric.tiers), label=target.title)
    alt = language.text(
        "{guaranteed} for sure, {possible} possible, of {total}",
        guaranteed=score.points.guaranteed,
        possible=score.points.possible,
        total=score.total,
    )
    reached, reachable = score.tier.reached, score.tier.within_reach
    if reached is not None:
        tier = tier_title(rubric, reached)
    elif reachable is not None:
        tier = language.text("{tier} within reach", tier=target.title)
    else:
        tier = language.text("below {tier}", tier=target.title)
    to_target = language.say(
        NN_("{n} point to {tier}", "{n} points to {tier}", "n"),
        n=score.to_silver,
        tier=target.title,
    )
    return LensLine(
        name=wording.lens_word(lens, language),
        meaning=language.say(wording.LENS_MEANINGS[lens]),
        bar=bar_of(score, alt, (tick,)),
        tier=tier,
        to_target=to_target if score.to_silver else "",
    )


def _more(count: int, language: Language) -> str:
    rest = count - NEXT_ACTIONS
    if rest <= 0:
        return ""
    return language.say(
        NN_(
            "The plan in this report has {n} more action.",
            "The plan in this report has {n} more actions.",
            "n",
        ),
        n=rest,
    )


def _nothing_left(context: Context, score: Score) -> tuple[str, ...]:
    """What is left where the assessed criteria lack nothing: a coach's word, and other points."""
    language, findings = context.language, context.assessment.criteria
    lines = [
        language.text(
            "Nothing is left to do for the criteria assessed here. Keep the evidence up to date."
        )
    ]
    if any(f.confirmed is Verdict.NEEDS_REVIEW for f in findings if not f.declared):
        lines.append(language.text("Ask a coach to look at the evidence and to confirm them."))
    if score.to_silver:
        lines.append(
            language.text(
                "The points that are missing for {tier} must come from the other criteria of the "
                "standard.",
                tier=target_of(context.rubric).title,
            )
        )
    return tuple(lines)


def _notices(context: Context, score: Score) -> tuple[str, ...]:
    """What the reader must know before believing the headline."""
    cautions = [c.text for c in context.rubric.tiers.cautions if c.points in score.cautions]
    eligibility = [context.sentence(r) for r in context.assessment.eligibility.reasons]
    return (*eligibility, *_unproven(context), *cautions)


def _unproven(context: Context) -> tuple[str, ...]:
    """How many declared points the evidence does not prove, and why the first of them."""
    findings = [
        finding
        for finding in context.assessment.criteria
        if finding.declared
        and finding.claimed is Verdict.MET
        and finding.evidenced is not Verdict.MET
    ]
    if not findings:
        return ()
    text = NN_(
        "{n} declared point is not proven yet. {why}",
        "{n} declared points are not proven yet. {why}",
        "n",
    )
    why = context.sentence(findings[0].reasons[-1])
    return (context.language.say(text, n=len(findings), why=why),)
