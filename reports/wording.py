"""Every sentence about a verdict: reasons, steps of a trace, words for verdicts, problems.

The engine answers in codes and parameters; this module says them to a city official, in the
language of the report, with the labels of the (already translated) rubric instead of ids.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from assessment.codes import Code
from assessment.results import Lens, Param, Reason, Trace, Verdict
from reports import labels
from reports.i18n import N_, Language, Message
from reports.sentences import SENTENCES, VARIANTS
from rubrics.messages import MESSAGES
from rubrics.problems import Problem
from rubrics.schema import Requirement, Rubric

VERDICTS: dict[Verdict, Message] = {
    Verdict.MET: N_("Met"),
    Verdict.NOT_MET: N_("Not met"),
    Verdict.UNANSWERED: N_("Unanswered"),
    Verdict.NEEDS_REVIEW: N_("Needs review"),
    Verdict.NOT_APPLICABLE: N_("Does not apply"),
}
MARKS: dict[Verdict, str] = {
    Verdict.MET: "✓",
    Verdict.NOT_MET: "✗",
    Verdict.UNANSWERED: "○",
    Verdict.NEEDS_REVIEW: "?",
    Verdict.NOT_APPLICABLE: "–",  # noqa: RUF001 (a dash is meant)
}
"""A sign beside each verdict word, so that nothing rests on colour alone."""

LENSES: dict[Lens, Message] = {
    Lens.CLAIMED: N_("Claimed"),
    Lens.EVIDENCED: N_("Evidenced"),
    Lens.CONFIRMED: N_("Confirmed"),
}
LENS_MEANINGS: dict[Lens, Message] = {
    Lens.CLAIMED: N_("the team's answers are believed"),
    Lens.EVIDENCED: N_("the evidence proves the answers"),
    Lens.CONFIRMED: N_("a coach has decided as well"),
}
GOALS: dict[str, Message] = {
    "answer": N_("Answer"),
    "do": N_("Do"),
    "prove": N_("Prove"),
    "show": N_("Show"),
    "confirm": N_("Confirm"),
}
GOAL_MEANINGS: dict[str, Message] = {
    "answer": N_("The question is still open: answer it."),
    "do": N_("The requirement is not met yet: do what it takes."),
    "prove": N_("The team says it is met: hand in what proves it."),
    "show": N_(
        "Evidence is there, but not all of it could be seen: attach the file, say where, "
        "or ask a coach."
    ),
    "confirm": N_("It is evidenced: a coach has to look at it and decide."),
}
KINDS: dict[str, Message] = {
    "all_of": N_("All of these"),
    "any_of": N_("One of these"),
    "at_least": N_("At least {asked} of these"),
    "routes": N_("Routes"),
    "route": N_("Route {name}"),
    "requirement": N_("Requirement"),
    "includes": N_("Enough options are chosen"),
    "is": N_("Yes or no"),
    "one_of": N_("The right option is chosen"),
    "ratio": N_("Share of one number in another"),
    "join": N_("Records that point to each other"),
    "min": N_("Number"),
    "max": N_("Number"),
    "within": N_("Date"),
    "filled": N_("Fields that are filled in"),
    "span": N_("How long a period lasts"),
    "rows": N_("Rows of the table"),
    "every_row": N_("Every row of the table"),
    "covers": N_("What the column covers"),
    "distinct": N_("Different entries in the column"),
    "evidence": N_("Evidence"),
    "entry": N_("Piece of evidence"),
    "dated_within": N_("Date of the evidence"),
    "newest_within": N_("Newest record"),
    "formats": N_("File format"),
    "licences": N_("Licence"),
    "stage": N_("Records of a stage"),
    "complete_processes": N_("The six questions"),
    "group_share": N_("The six questions, in most records"),
    "coverage": N_("How much of everything the data hold"),
    "shows": N_("What the evidence shows"),
    "publication_policy": N_("Publication policy"),
    "prerequisites": N_("What must be met first"),
    "declared": N_("Declared by the team"),
    "decision": N_("Coach's decision"),
    "not_applicable": N_("Whether it applies"),
}
"""A name for every kind of step in a trace: the check kinds of the rubric, and the engine's own."""

_DECISIONS: dict[str, Message] = {
    "agree": N_("agrees with the verdict"),
    "met": N_("decided that it is met"),
    "not_met": N_("decided that it is not met"),
    "needs_proof": N_("asks for better proof"),
    "not_applicable": N_("decided that it does not apply"),
}
_YES_NO: dict[str, Message] = {"yes": N_("yes"), "no": N_("no")}
HINT = N_(" Did you mean '{suggestion}'?")
_EXPECTED: dict[str, Message] = {
    word.text: word
    for word in (
        N_("'yes' or 'no'"),
        N_("a date such as 2025-11-03"),
        N_("a list of options"),
        N_("a list of rows"),
        N_("a number"),
        N_("a number from 0 to 100"),
        N_("a number of at most 15 digits"),
        N_("text"),
        N_("nothing"),
        N_("a mapping"),
        N_("a list"),
        N_("a whole number"),
        N_("true or false"),
        N_("two capital letters, such as US"),
        N_("two small letters, such as en"),
        N_("capital letters and a number, such as RDC7"),
        N_("small letters and numbers joined by '-' or '_'"),
        N_("a span, such as 12 months"),
    )
}
"""Phrases that the reader's problems carry as parameters; other parameters are the reader's own."""


_NAME_FIELDS = (Code.ANSWER_MISSING, Code.FIELDS_EMPTY, Code.ROWS_NONE_ABOUT)
"""What names the field that it is about by itself."""


def verdict_word(verdict: Verdict, language: Language) -> str:
    """The word for a verdict."""
    return language.say(VERDICTS[verdict])


def lens_word(lens: Lens, language: Language) -> str:
    """The word for whose word counts."""
    return language.say(LENSES[lens])


def goal_word(goal: str, language: Language) -> str:
    """The word for what an action is for: answer, do, prove, show, confirm."""
    return language.say(GOALS[goal])


def kind_words(trace: Trace, language: Language) -> str:
    """What kind of step a trace shows, for the explain tree."""
    kind, _, name = trace.kind.partition(" ")
    if kind not in KINDS:
        return trace.kind
    return language.say(KINDS[kind], asked=trace.params.get("asked", ""), name=name)


def reason_sentence(
    reason: Reason,
    requirement: Requirement | None,
    rubric: Rubric,
    language: Language,
    *,
    titles: Mapping[str, str] | None = None,
) -> str:
    """Why something is not (yet) met, and what to do next, in one or two plain sentences.

    `titles` gives the title of each piece of evidence by its id.
    """
    view = _View(reason.looked_at, requirement, rubric, language, titles or {})
    return _sentence(Code(reason.code), reason.params, view)


def trace_sentence(
    trace: Trace,
    requirement: Requirement | None,
    rubric: Rubric,
    language: Language,
    *,
    titles: Mapping[str, str] | None = None,
) -> str:
    """What one step of a trace found, in the same sentences."""
    view = _View(trace.looked_at, requirement, rubric, language, titles or {})
    return _sentence(Code(trace.code), trace.params, view)


def problem_sentence(problem: Problem, language: Language) -> str:
    """What is wrong with something that was written, and the mend; without its place."""
    template = language.catalogue.gettext(MESSAGES[problem.code])
    return fill_in(problem, template, language)


def fill_in(problem: Problem, template: str, language: Language) -> str:
    """A sentence about a problem, or a part of one, with the problem's words in it."""
    params = {
        name: language.say(_EXPECTED[value]) if value in _EXPECTED else value
        for name, value in problem.params.items()
    }
    translated = Problem(problem.code, problem.place, params)
    return translated.message(template, language.catalogue.gettext(HINT.text))


# --- from parameters to words ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _View:
    """What a sentence is about, and everything that gives its ids their labels."""

    place: str
    requirement: Requirement | None
    rubric: Rubric
    language: Language
    titles: Mapping[str, str] = field(default_factory=dict)


def _sentence(code: Code, params: Mapping[str, Param], view: _View) -> str:
    message = next(
        (VARIANTS[c, name] for c, name in VARIANTS if c == code and params.get(name)),
        SENTENCES[code],
    )
    words = {name: _word(code, name, params, view) for name in params}
    if code.startswith("coverage."):
        words["found"] = labels.coverage(params, view.language)
    if code == Code.DOCUMENT_UNDATED:
        words["found"] = labels.dates_found(params, view.language)
    sentence = view.language.say(message, **words)
    where = _where(code, view)
    if not where:
        return sentence
    # A field may be called by a question: “Is it in use? The answer is not “yes” yet.”
    return f"{where} {sentence}" if where.endswith("?") else f"{where}: {sentence}"


def _where(code: Code, view: _View) -> str:
    """What the sentence is about, where it is not the requirement's own question."""
    place, language = view.place, view.language
    owner = labels.owner_of(place)
    parts = []
    if owner in view.titles:
        parts.append(language.text("“{word}”", word=view.titles[owner]))
    elif owner in view.rubric.requirements:
        other = view.rubric.requirements[owner]
        if view.requirement is not None and view.requirement.id != owner:
            parts.append(other.title)
    row = labels.row_of(place)
    if row is not None:
        parts.append(language.text("row {row}", row=row))
    name = labels.field_of(place)
    says_itself = code in _NAME_FIELDS or code.startswith("column.")
    if name is not None and not says_itself:
        parts.append(labels.field_label(name, owner, view.requirement, view.rubric))
    return ", ".join(parts)


def _word(code: Code, name: str, params: Mapping[str, Param], view: _View) -> object:  # noqa: C901, PLR0912 (one line a kind of parameter)
    """One parameter as a reader would say it."""
    rubric, language, value = view.rubric, view.language, params[name]
    values = value if isinstance(value, tuple) else (str(value),)
    family = code.partition(".")[0]
    match family, name:
        case _, "date" | "since" | "dated" | "newest" | "assessed_on" | "start" | "end":
            return date.fromisoformat(str(value))
        case _, "lasts":
            return labels.duration(str(value), language)
        case _, "window":
            return labels.span(str(value), language)
        case "answer", "asked":
            return labels.label(_YES_NO, str(value), language)
        case "answer", "question":
            question = labels.question_at(str(value), rubric)
            return question.text if question else str(value)
        case "choice" | "choices", "chosen" | "accepted":
            options = [labels.option_label(v, view.place, view.requirement, rubric) for v in values]
            said = labels.quoted(options, language)
            return language.one_of(said) if name == "accepted" else language.all_of(said)
        case "number", "value" | "min" | "max":
            return _number(value, view)
        case ("ratio" | "join" | "coverage", "value" | "min") | (_, "share"):
            return language.percent(float(str(value)))
        case "ratio", "part" | "whole":
            return labels.field_label(str(value), view.place, view.requirement, rubric)
        case "fields" | "ratio", "fields":
            return "; ".join(
                labels.field_label(v, view.place, view.requirement, rubric) for v in values
            )
        case "rows", "failing":
            return language.all_of(values)
        case "column" | "rows", "column":
            return labels.field_label(str(value), view.place, view.requirement, rubric)
        case "column" | "rows", "values" if isinstance(value, tuple):
            place = f"{view.place}.{params['column']}"
            return language.all_of(
                labels.option_label(v, place, view.requirement, rubric) for v in values
            )
        case _, "kinds":
            kinds = rubric.vocabulary.evidence_kinds
            return language.one_of(kinds.get(v, v) for v in values)
        case _, "why":
            return labels.label(labels.REFUSALS, str(value), language)
        case "mark", "marks" | "seen":
            return "; ".join(rubric.vocabulary.marks.get(v, v) for v in values)
        case "format", _:
            return language.one_of(labels.label(labels.FORMATS, v, language) for v in values)
        case "licence", _:
            return language.one_of(labels.label(labels.LICENCES, v, language) for v in values)
        case _, "stage":
            return labels.label(labels.STAGES, str(value), language)
        case "stage", "fields":
            return "; ".join(labels.label(labels.STAGE_FIELDS, v, language) for v in values)
        case _, "weakest" | "groups":
            return language.all_of(labels.label(labels.GROUPS, v, language) for v in values)
        case "join", "from":
            return labels.label(labels.RECORDS, str(value), language)
        case "join", "to":
            return labels.label(labels.TARGETS, str(value), language)
        case "requirement", "requirement":
            found = rubric.requirements.get(str(value))
            return found.title if found else str(value)
        case "decision", "verdict":
            return labels.label(_DECISIONS, str(value), language)
        case _, "country":
            return language.country(str(value))
        case _ if isinstance(value, tuple):
            return language.all_of(value)
        case _:
            return "" if value is None else value


def _number(value: Param, view: _View) -> str:
    """A number of an answer: a share where the question asks for one."""
    question = labels.question_at(view.place, view.rubric)
    if not isinstance(value, int | float):
        return str(value)
    if question is not None and question.kind == "percentage":
        return view.language.percent(value)
    return view.language.number(value)
