"""What a rubric asks for, in words: every check as a sentence, for the pages of a criterion.

Inside a proof the ids that a submission or a table writes stand behind their words, in brackets.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import assert_never

from reports import labels
from reports.i18n import N_, NN_, Language, Message
from rubrics import checks
from rubrics.checks import AnyCheck
from rubrics.schema import Requirement, Rubric

_YES_NO: dict[str, Message] = {
    "yes": N_("The answer is “yes”."),
    "no": N_("The answer is “no”."),
}
_COVERED_BY: dict[str, Message] = {
    "number": N_("The data hold at least {share} of what is in scope, by number."),
    "value": N_("The data hold at least {share} of what is in scope, by value."),
    "either": N_("The data hold at least {share} of what is in scope, by number or by value."),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One check in words, the line of the rubric that asks it, and the checks inside it."""

    text: str
    at: str
    children: tuple["Asked", ...] = ()


def asked_in_words(
    check: AnyCheck,
    rubric: Rubric,
    language: Language,
    *,
    requirement: Requirement | None = None,
    at: str = "",
) -> Asked:
    """What a check asks for, in the language of the (already translated) rubric.

    `requirement` is the one it belongs to; `at` the place for checks that have none of their own.
    """
    place = requirement.id if requirement is not None else ""
    return _View(rubric, language, requirement, place).asked(check, at)


@dataclass(frozen=True, slots=True)
class _View:
    """What a check is about: the question, field or column at `place`, or a piece of evidence."""

    rubric: Rubric
    language: Language
    requirement: Requirement | None
    place: str
    in_evidence: bool = False

    def asked(self, check: AnyCheck, at: str) -> Asked:
        at = check.at or at
        if isinstance(check, checks.RequirementMet):
            at = self.place_of(check.requirement)
        if isinstance(check, checks.Routes):
            return self.routes(check, at)
        view = self.about(check)
        text = view.sentence(check)
        if isinstance(check, checks.AnswerCheck) and check.field is not None:
            label = self.field(check.field)
            text = self.language.text("{about}: {sentence}", about=label, sentence=text)
        if isinstance(check, checks.EvidenceCount):
            view = replace(view, in_evidence=True)
        inner = [child for _, group in checks.children(check) for child in group]
        return Asked(text, at, tuple(view.asked(child, at) for child in inner))

    def about(self, check: AnyCheck) -> "_View":
        """The view of what the check looks at: its question, and the field in it."""
        if not isinstance(check, checks.AnswerCheck):
            return self
        place = check.question or self.place
        place = f"{place}.{check.field}" if check.field is not None else place
        return replace(self, place=place)

    def sentence(self, check: AnyCheck) -> str:  # noqa: C901, PLR0912, PLR0915 (one branch a kind)
        say = self.language.say
        match check:
            case checks.AllOf():
                return say(N_("All of these:"))
            case checks.AnyOf():
                return say(N_("At least one of these:"))
            case checks.AtLeast():
                return say(N_("At least {n} of these:"), n=check.at_least)
            case checks.RequirementMet(requirement=name):
                found = self.rubric.requirements.get(name)
                return found.title if found else name
            case checks.Routes():
                return ""
            case checks.Is():
                return say(_YES_NO[check.is_])
            case checks.OneOf():
                return say(N_("The answer is {options}."), options=self.options(check.one_of))
            case checks.Includes():
                text = NN_(
                    "At least {n} of these is named: {options}.",
                    "At least {n} of these are named: {options}.",
                    "n",
                )
                return say(text, n=check.at_least, options=self.options(check.includes))
            case checks.Bounds():
                return self.bounds(check)
            case checks.Within():
                span = labels.span(check.within, self.language)
                return say(N_("The date lies within {span}."), span=span)
            case checks.Ratio(ratio=(part, whole)):
                text = N_("“{part}” is at least {share} of “{whole}”.")
                share = self.language.percent(check.min)
                return say(text, part=self.field(part), whole=self.field(whole), share=share)
            case checks.Filled():
                fields = "; ".join(self.field(name) for name in check.filled)
                return say(N_("Filled in: {fields}."), fields=fields)
            case checks.Span(span=(first, last)):
                text = N_("From “{first}” to “{last}” it is at least {lasts}.")
                lasts = labels.duration(check.lasts, self.language)
                return say(text, first=self.field(first), last=self.field(last), lasts=lasts)
            case checks.Rows():
                return self.rows(check)
            case checks.EveryRow():
                return say(N_("There is a row, and every row passes all of these:"))
            case checks.Covers():
                column = self.field(check.column)
                inner = replace(self, place=f"{self.place}.{check.column}")
                text = N_("The column “{column}” holds each of {values}.")
                return say(text, column=column, values=inner.options(check.covers, each=True))
            case checks.Distinct():
                text = N_("The column “{column}” holds at least {n} different entries.")
                return say(text, column=self.field(check.column), n=check.distinct)
            case checks.EvidenceCount():
                return self.evidence(check)
            case checks.DatedWithin():
                span = labels.span(check.dated_within, self.language)
                return say(N_("It is dated within {span}."), span=span)
            case checks.NewestWithin():
                span = labels.span(check.newest_within, self.language)
                return say(N_("Its newest record lies within {span}."), span=span)
            case checks.Formats():
                words = (labels.label(labels.FORMATS, f, self.language) for f in check.formats)
                return say(N_("Its format is {formats}."), formats=self.language.one_of(words))
            case checks.Licences():
                words = (labels.label(labels.LICENCES, f, self.language) for f in check.licences)
                return say(N_("Its licence is {licences}."), licences=self.language.one_of(words))
            case checks.StageFields():
                return self.stage(check)
            case checks.CompleteProcesses():
                text = NN_(
                    "At least {n} procurement answers all six questions.",
                    "At least {n} procurements answer all six questions.",
                    "n",
                )
                return say(text, n=check.complete_processes)
            case checks.GroupShare():
                text = N_("Each of the six questions is answered for at least {share}.")
                return say(text, share=self.language.percent(check.group_share))
            case checks.Join(join=(records, target)):
                text = N_("At least {share} of the {records} point to {target}.")
                return say(
                    text,
                    share=self.language.percent(check.min),
                    records=labels.label(labels.RECORDS, records, self.language),
                    target=labels.label(labels.TARGETS, target, self.language),
                )
            case checks.Coverage():
                share = self.language.percent(check.coverage)
                return say(_COVERED_BY[check.by], share=share)
            case checks.Shows():
                marks = self.rubric.vocabulary.marks
                shown = "; ".join(f"{marks.get(mark, mark)} [{mark}]" for mark in check.shows)
                return say(N_("The team says where it shows: {marks}."), marks=shown)
            case checks.Policy():
                return say(N_("The data name their publication policy."))
            case _ as never:
                assert_never(never)

    # --- sentences with more than one form --------------------------------------------------------

    def routes(self, check: checks.Routes, at: str) -> Asked:
        """Routes with their requirements, and what a reader must know of them."""
        say, language = self.language.say, self.language
        lines = []
        for name, group in check.routes.items():
            text = say(N_("Route {name}, at least {n} of:"), name=name, n=check.each_at_least)
            inner = tuple(Asked(self.title(word), self.place_of(word)) for word in group)
            lines.append(Asked(text, at, inner))
        if check.reviewer_if_only:
            names = language.one_of(check.reviewer_if_only)
            text = say(N_("Where only route {name} is complete, a coach must look."), name=names)
            lines.append(Asked(text, at))
        if check.strong_from is not None:
            text = say(N_("From {n} routes on it is labelled strong."), n=check.strong_from)
            lines.append(Asked(text, at))
        text = say(
            NN_("At least {n} of these routes:", "At least {n} of these routes:", "n"),
            n=check.at_least,
        )
        return Asked(text, at, tuple(lines))

    def bounds(self, check: checks.Bounds) -> str:
        low, high = (self.number(value) for value in (check.min, check.max))
        if check.max is None:
            return self.language.text("It is at least {low}.", low=low)
        if check.min is None:
            return self.language.text("It is at most {high}.", high=high)
        return self.language.text("It is at least {low} and at most {high}.", low=low, high=high)

    def rows(self, check: checks.Rows) -> str:
        if check.where:
            text = NN_(
                "At least {n} row passes all of these:",
                "At least {n} rows pass all of these:",
                "n",
            )
        else:
            text = NN_("At least {n} row.", "At least {n} rows.", "n")
        return self.language.say(text, n=check.rows)

    def evidence(self, check: checks.EvidenceCount) -> str:
        kinds = self.rubric.vocabulary.evidence_kinds
        words = self.language.one_of(f"{kinds.get(kind, kind)} [{kind}]" for kind in check.evidence)
        if check.where:
            text = NN_(
                "At least {n} piece of evidence ({kinds}) passes all of these:",
                "At least {n} pieces of evidence ({kinds}) pass all of these:",
                "n",
            )
        else:
            text = NN_(
                "There is at least {n} piece of evidence ({kinds}).",
                "There are at least {n} pieces of evidence ({kinds}).",
                "n",
            )
        return self.language.say(text, n=check.count, kinds=words)

    def stage(self, check: checks.StageFields) -> str:
        words = {
            "stage": labels.label(labels.STAGES, check.stage, self.language),
            "fields": "; ".join(
                labels.label(labels.STAGE_FIELDS, name, self.language) for name in check.fields
            ),
            "n": check.records,
        }
        if not check.fields:
            text = NN_(
                "{stage}: at least {n} record.",
                "{stage}: at least {n} records.",
                "n",
            )
        elif check.share is None:
            text = NN_(
                "{stage}: at least {n} record, and somewhere in the records: {fields}.",
                "{stage}: at least {n} records, and somewhere in them: {fields}.",
                "n",
            )
        else:
            words["share"] = self.language.percent(check.share)
            text = NN_(
                "{stage}: at least {n} record; of all, at least {share} hold each of: {fields}.",
                "{stage}: at least {n} records; of all, at least {share} hold each of: {fields}.",
                "n",
            )
        return self.language.say(text, **words)

    # --- labels -----------------------------------------------------------------------------------

    def options(self, names: Iterable[str], *, each: bool = False) -> str:
        given = tuple(names)
        words = (
            labels.option_label(name, self.place, self.requirement, self.rubric) for name in given
        )
        quoted = labels.quoted(words, self.language)
        said = [self.with_id(text, name) for text, name in zip(quoted, given, strict=True)]
        return self.language.all_of(said) if each else self.language.one_of(said)

    def field(self, name: str) -> str:
        label = labels.field_label(name, self.place, self.requirement, self.rubric)
        return self.with_id(label, name)

    def with_id(self, words: str, name: str) -> str:
        """The words, and in a proof the id that stands for them in the table itself."""
        return f"{words} [{name}]" if self.in_evidence else words

    def number(self, value: float | None) -> str:
        if value is None:
            return ""
        question = labels.question_at(self.place, self.rubric)
        if question is not None and question.kind == "percentage":
            return self.language.percent(value)
        return self.language.number(value)

    def title(self, name: str) -> str:
        found = self.rubric.requirements.get(name)
        return found.title if found else name

    def place_of(self, name: str) -> str:
        found = self.rubric.requirements.get(name)
        return found.at if found else ""
