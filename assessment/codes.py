"""The closed list of reason codes; `reports/wording.py` has a sentence for each."""

from enum import StrEnum


class Code(StrEnum):
    """What a step of the judgement found. `noun.state`; the parameters stand beside each code."""

    # answers
    ANSWER_MISSING = "answer.missing"  # question
    ANSWER_IS = "answer.is"  # asked
    ANSWER_IS_NOT = "answer.is_not"  # asked
    CHOICE_ACCEPTED = "choice.accepted"  # chosen
    CHOICE_NOT_ACCEPTED = "choice.not_accepted"  # chosen, accepted
    CHOICES_ENOUGH = "choices.enough"  # chosen, asked
    CHOICES_TOO_FEW = "choices.too_few"  # chosen, accepted, asked
    NUMBER_IN_BOUNDS = "number.in_bounds"  # value, min?, max?
    NUMBER_TOO_LOW = "number.too_low"  # value, min
    NUMBER_TOO_HIGH = "number.too_high"  # value, max
    DATE_IN_WINDOW = "date.in_window"  # date, since, window
    DATE_TOO_OLD = "date.too_old"  # date, since, window
    DATE_IN_FUTURE = "date.in_future"  # date
    RATIO_ENOUGH = "ratio.enough"  # value, min, part, whole
    RATIO_TOO_LOW = "ratio.too_low"  # value, min, part, whole
    RATIO_NO_BASE = "ratio.no_base"
    SPAN_ENOUGH = "span.enough"  # start, end, lasts
    SPAN_TOO_SHORT = "span.too_short"  # start, end, lasts
    SPAN_REVERSED = "span.reversed"  # start, end
    FIELDS_FILLED = "fields.filled"  # fields
    FIELDS_EMPTY = "fields.empty"  # fields
    VALUE_UNREADABLE = "value.unreadable"  # value
    # tables
    TABLE_MISSING = "table.missing"
    ROWS_ENOUGH = "rows.enough"  # rows, asked
    ROWS_TOO_FEW = "rows.too_few"  # rows, asked
    ROWS_NONE_ABOUT = "rows.none_about"  # column, values
    ROWS_ALL_PASS = "rows.all_pass"  # rows
    ROWS_SOME_FAIL = "rows.some_fail"  # failing (row numbers)
    ROWS_OPEN = "rows.open"
    COLUMN_COVERED = "column.covered"  # column, values
    COLUMN_NOT_COVERED = "column.not_covered"  # column, values (the missing ones)
    COLUMN_DISTINCT = "column.distinct"  # column, values, asked
    COLUMN_TOO_FEW = "column.too_few"  # column, values, asked
    # evidence
    EVIDENCE_ENOUGH = "evidence.enough"  # proving, asked
    EVIDENCE_MISSING = "evidence.missing"  # kinds
    EVIDENCE_TOO_WEAK = "evidence.too_weak"  # kinds, proving, asked
    EVIDENCE_OPEN = "evidence.open"  # kinds
    EVIDENCE_NOT_HANDED_IN = "evidence.not_handed_in"  # kinds
    EVIDENCE_PROVES = "evidence.proves"
    EVIDENCE_FAILS = "evidence.fails"
    EVIDENCE_UNCLEAR = "evidence.unclear"
    EVIDENCE_STATED_ONLY = "evidence.stated_only"
    EVIDENCE_NOT_CHECKED = "evidence.not_checked"
    EVIDENCE_UNREACHABLE = "evidence.unreachable"
    EVIDENCE_REFUSED = "evidence.refused"  # why
    EVIDENCE_LOGIN = "evidence.login"
    EVIDENCE_TOO_LARGE = "evidence.too_large"
    EVIDENCE_ENCRYPTED = "evidence.encrypted"
    EVIDENCE_UNREADABLE = "evidence.unreadable"
    EVIDENCE_NOT_A_DATASET = "evidence.not_a_dataset"
    # facts of one piece of evidence
    DOCUMENT_FRESH = "document.fresh"  # dated, since, window
    DOCUMENT_TOO_OLD = "document.too_old"  # dated, since, window
    DOCUMENT_IN_FUTURE = "document.in_future"  # dated
    DOCUMENT_UNDATED = "document.undated"  # text?, metadata? (the newest dates found in each)
    DATASET_FRESH = "dataset.fresh"  # newest, since, window
    DATASET_TOO_OLD = "dataset.too_old"  # newest, since, window
    DATASET_IN_FUTURE = "dataset.in_future"  # newest
    DATASET_UNDATED = "dataset.undated"
    DATASET_NOT_SEEN = "dataset.not_seen"
    DATASET_COLUMNS_UNCONFIRMED = "dataset.columns_unconfirmed"  # columns, suggested
    FORMAT_ACCEPTED = "format.accepted"  # format
    FORMAT_NOT_ACCEPTED = "format.not_accepted"  # format, accepted
    FORMAT_NOT_SEEN = "format.not_seen"
    LICENCE_ACCEPTED = "licence.accepted"  # licence
    LICENCE_NOT_ACCEPTED = "licence.not_accepted"  # licence, accepted
    LICENCE_NOT_SEEN = "licence.not_seen"
    STAGE_FILLED = "stage.filled"  # stage, records, fields
    STAGE_MISSING = "stage.missing"  # stage, records, asked
    STAGE_FIELDS_MISSING = "stage.fields_missing"  # stage, fields, share?
    PROCESSES_COMPLETE = "processes.complete"  # complete, asked
    PROCESSES_INCOMPLETE = "processes.incomplete"  # complete, asked, weakest
    GROUPS_ENOUGH = "groups.enough"  # share
    GROUPS_TOO_FEW = "groups.too_few"  # groups, share
    JOIN_ENOUGH = "join.enough"  # from, to, value, min
    JOIN_TOO_FEW = "join.too_few"  # from, to, value, min
    JOIN_NOT_SEEN = "join.not_seen"  # from, to
    COVERAGE_ENOUGH = "coverage.enough"  # by_number?, by_value?, min
    COVERAGE_TOO_LOW = "coverage.too_low"  # by_number?, by_value?, min
    COVERAGE_NOT_STATED = "coverage.not_stated"
    MARK_SHOWN = "mark.shown"  # marks (by the team's word), seen? (by the collector)
    MARK_SEEN = "mark.seen"  # marks (all seen by the collector)
    MARK_NOT_SHOWN = "mark.not_shown"  # marks (those not pointed out)
    POLICY_NAMED = "policy.named"
    POLICY_NOT_NAMED = "policy.not_named"
    # structure
    GROUP_MET = "group.met"  # met, asked, of
    GROUP_NOT_MET = "group.not_met"  # met, asked, of
    GROUP_OPEN = "group.open"  # met, asked, of, open
    GROUP_NOT_APPLICABLE = "group.not_applicable"
    ROUTES_MET = "routes.met"  # met (route names), asked
    ROUTES_NOT_MET = "routes.not_met"  # asked
    ROUTES_OPEN = "routes.open"  # asked
    ROUTES_UNSEEN = "routes.unseen"  # asked
    ROUTES_NEED_REVIEWER = "routes.need_reviewer"  # met (route names)
    REQUIREMENT = "requirement.verdict"  # requirement
    # not applicable, prerequisites, coaches, declarations
    NOT_APPLICABLE_JUSTIFIED = "not_applicable.justified"
    NOT_APPLICABLE_BY_CONDITION = "not_applicable.by_condition"
    PREREQUISITE_NOT_MET = "prerequisite.not_met"  # criteria
    PREREQUISITE_OPEN = "prerequisite.open"  # criteria
    PREREQUISITES_MET = "prerequisite.met"  # criteria
    DECISION_MADE = "decision.made"  # by, verdict, reason
    DECISION_MISSING = "decision.missing"
    DECLARED_MET = "declared.met"
    DECLARED_NOT_MET = "declared.not_met"
    DECLARED_UNKNOWN = "declared.unknown"
    # eligibility
    ELIGIBILITY_COUNTRY_OUTSIDE = "eligibility.country_outside"  # country
    ELIGIBILITY_TOO_SMALL = "eligibility.too_small"  # population, min
    ELIGIBILITY_POPULATION_MISSING = "eligibility.population_missing"  # min
