"""A sentence for every reason code: what was found, and what to do where something is missing.

`wording.py` puts the parameters into words. `VARIANTS` holds the sentence for when a parameter is
there (and not empty); the first that fits wins over the plain one in `SENTENCES`.
"""

from assessment.codes import Code
from reports.i18n import N_, NN_, Message

SENTENCES: dict[Code, Message] = {
    # answers
    Code.ANSWER_MISSING: N_("Not answered yet. Answer “{question}”."),
    Code.ANSWER_IS: N_("The answer is “{asked}”, as is asked for."),
    Code.ANSWER_IS_NOT: N_(
        "The answer is not “{asked}” yet. Change it once the city can say so and show it."
    ),
    Code.CHOICE_ACCEPTED: N_("The answer {chosen} counts."),
    Code.CHOICE_NOT_ACCEPTED: N_("The answer {chosen} does not count yet. It takes {accepted}."),
    Code.CHOICES_ENOUGH: N_("Named: {chosen}. That is enough."),
    Code.CHOICES_TOO_FEW: NN_(
        "None of these is in place yet, and at least {asked} is needed: {accepted}.",
        "None of these is in place yet, and at least {asked} are needed: {accepted}.",
        "asked",
    ),
    Code.NUMBER_IN_BOUNDS: N_("{value} is within what is asked for."),
    Code.NUMBER_TOO_LOW: N_("{value} so far; at least {min} is needed."),
    Code.NUMBER_TOO_HIGH: N_("{value} so far; at most {max} is allowed."),
    Code.DATE_IN_WINDOW: N_("{date} lies within {window}."),
    Code.DATE_TOO_OLD: N_(
        "{date} is too long ago: it must lie within {window} (since {since}). "
        "Do it again, then enter the new date."
    ),
    Code.DATE_IN_FUTURE: N_(
        "{date} is still to come. It counts from that day on; correct it if it is a slip."
    ),
    Code.RATIO_ENOUGH: N_("{value}; at least {min} is needed."),
    Code.RATIO_TOO_LOW: N_("{value} so far; at least {min} is needed."),
    Code.RATIO_NO_BASE: N_("No share can be worked out while this is zero: {fields}. Correct it."),
    Code.SPAN_ENOUGH: N_("From {start} to {end}: at least {lasts}, as is asked for."),
    Code.SPAN_TOO_SHORT: N_(
        "From {start} to {end} is less than {lasts}. Give the figures of a longer period."
    ),
    Code.SPAN_REVERSED: N_("It ends on {end}, before it starts on {start}. Correct the dates."),
    Code.FIELDS_FILLED: N_("Filled in: {fields}."),
    Code.FIELDS_EMPTY: N_("Still blank: {fields}. Fill in what is known."),
    Code.VALUE_UNREADABLE: N_(
        "“{value}” cannot be read as an answer. Enter it again in the form that is asked for."
    ),
    # tables
    Code.TABLE_MISSING: N_(
        "There is no table to read yet. Fill in its rows, or hand it in as a CSV file."
    ),
    Code.ROWS_ENOUGH: N_("Rows that hold: {rows}; needed: at least {asked}."),
    Code.ROWS_TOO_FEW: N_(
        "Rows that hold: {rows}; needed: at least {asked}. "
        "Add rows, or complete those that are there."
    ),
    Code.ROWS_NONE_ABOUT: N_("No row holds anything in “{column}”. Add such rows."),
    Code.ROWS_ALL_PASS: NN_("The one row holds.", "All {rows} rows hold.", "rows"),
    Code.ROWS_SOME_FAIL: N_("Rows to complete or correct: {failing}."),
    Code.ROWS_OPEN: N_("Some rows cannot be judged yet. Complete them."),
    Code.COLUMN_COVERED: N_("“{column}” covers {values}."),
    Code.COLUMN_NOT_COVERED: N_("“{column}” does not cover {values} yet. Add a row for each."),
    Code.COLUMN_DISTINCT: N_(
        "Different entries in “{column}”: {values}; needed: at least {asked}."
    ),
    Code.COLUMN_TOO_FEW: N_(
        "Different entries in “{column}”: {values}; needed: at least {asked}. Add rows."
    ),
    # evidence
    Code.EVIDENCE_ENOUGH: N_("Pieces of evidence that prove it: {proving}; needed: {asked}."),
    Code.EVIDENCE_MISSING: N_(
        "Nothing was handed in that could prove it. Attach one of these: {kinds}."
    ),
    Code.EVIDENCE_TOO_WEAK: N_(
        "Pieces of evidence that prove it: {proving}; needed: {asked}. "
        "Mend what is named, or attach another one: {kinds}."
    ),
    Code.EVIDENCE_OPEN: N_(
        "The evidence does not settle it yet. Look at what is still open in it."
    ),
    Code.EVIDENCE_NOT_HANDED_IN: N_(
        "No evidence has been handed in yet. Attach one of these: {kinds}."
    ),
    Code.EVIDENCE_PROVES: N_("This evidence proves it."),
    Code.EVIDENCE_FAILS: N_("This evidence does not prove it."),
    Code.EVIDENCE_UNCLEAR: N_("This evidence may prove it, but not everything could be seen."),
    Code.EVIDENCE_STATED_ONLY: N_(
        "The team wrote down what it holds; nothing was read from the file itself. Attach the file."
    ),
    Code.EVIDENCE_NOT_CHECKED: N_(
        "Nobody has looked at it yet. Attach the file itself, or ask a coach to look."
    ),
    Code.EVIDENCE_UNREACHABLE: N_(
        "The address did not answer. Check the link, or attach the file."
    ),
    Code.EVIDENCE_REFUSED: N_(
        "The address was not called. Give one that is public, or attach the file."
    ),
    Code.EVIDENCE_LOGIN: N_(
        "The address asks who is there, so nothing was seen. Make the page public, or attach the "
        "file."
    ),
    Code.EVIDENCE_TOO_LARGE: N_("The file is too large to be read here. Attach a shorter extract."),
    Code.EVIDENCE_ENCRYPTED: N_(
        "The file asks for a password. Attach a copy that opens without one."
    ),
    Code.EVIDENCE_UNREADABLE: N_(
        "The file could not be read. Export it again, and attach the new one."
    ),
    Code.EVIDENCE_NOT_A_DATASET: N_(
        "No contracting records were found in the file. Attach open contracting data (OCDS, JSON) "
        "or a table (CSV, Excel)."
    ),
    # facts of one piece of evidence
    Code.DOCUMENT_FRESH: N_("Its date, {dated}, lies within {window}."),
    Code.DOCUMENT_TOO_OLD: N_(
        "Its date is {dated}; it must lie within {window} (since {since}). "
        "Renew it, and attach the new one."
    ),
    Code.DOCUMENT_IN_FUTURE: N_(
        "Its date, {dated}, is still to come. "
        "It counts from that day on; correct it if it is a slip."
    ),
    Code.DOCUMENT_UNDATED: N_("It has no date. Say from which day it holds."),
    Code.DATASET_FRESH: N_("Its newest record, of {newest}, lies within {window}."),
    Code.DATASET_TOO_OLD: N_(
        "Its newest record is of {newest}; it must lie within {window} (since {since}). "
        "Bring the data up to date, and attach them again."
    ),
    Code.DATASET_IN_FUTURE: N_(
        "Its newest record is dated {newest}, which is still to come. "
        "Correct that date in the data."
    ),
    Code.DATASET_UNDATED: N_("No date could be read from its records. Add the dates."),
    Code.DATASET_NOT_SEEN: N_(
        "Its records could not be counted. Attach them as OCDS (JSON), or ask a coach to look."
    ),
    Code.DATASET_COLUMNS_UNCONFIRMED: N_(
        "Its {columns} columns were read, but nobody has said yet what they stand for. Say it for "
        "the number, the vendor, the date and so on; then its records can be counted."
    ),
    Code.FORMAT_ACCEPTED: N_("Its format counts: {format}."),
    Code.FORMAT_NOT_ACCEPTED: N_("Its format is {format}. Attach it as {accepted}."),
    Code.FORMAT_NOT_SEEN: N_("Its format could not be told. Attach the file itself."),
    Code.LICENCE_ACCEPTED: N_("Its licence is open: {licence}."),
    Code.LICENCE_NOT_ACCEPTED: N_(
        "Its licence: {licence}. It takes {accepted}. Choose one, and name it in the data."
    ),
    Code.LICENCE_NOT_SEEN: N_("No known licence was found. Name it in the data or on their page."),
    Code.STAGE_FILLED: N_("{stage}: records found: {records}."),
    Code.STAGE_MISSING: N_(
        "{stage}: records found: {records}; needed: at least {asked}. "
        "Add the records of this stage."
    ),
    Code.STAGE_FIELDS_MISSING: N_("{stage}: no record holds {fields}. Add the missing columns."),
    Code.PROCESSES_COMPLETE: N_(
        "Procurements that answer all six questions: {complete}; needed: at least {asked}."
    ),
    Code.PROCESSES_INCOMPLETE: N_(
        "Procurements that answer all six questions: {complete}; needed: at least {asked}. "
        "Most often missing: {weakest}. Add that column."
    ),
    Code.GROUPS_ENOUGH: N_(
        "Each of the six questions is answered for at least {share} of procurements."
    ),
    Code.GROUPS_TOO_FEW: N_(
        "Answered for fewer than {share} of procurements: {groups}. Fill in these columns."
    ),
    Code.JOIN_ENOUGH: N_("{value} of the {from} point to {to}; at least {min} is needed."),
    Code.JOIN_TOO_FEW: N_(
        "{value} of the {from} point to {to}; at least {min} is needed. "
        "Carry the same number in both."
    ),
    Code.JOIN_NOT_SEEN: N_(
        "Whether the {from} point to {to} could not be seen. Add the number that links them."
    ),
    Code.COVERAGE_ENOUGH: N_(
        "The data hold {found} of what is in scope; at least {min} is needed."
    ),
    Code.COVERAGE_TOO_LOW: N_(
        "The data hold {found} of what is in scope; at least {min} is needed. Add what is missing."
    ),
    Code.COVERAGE_NOT_STATED: N_(
        "How much the data should hold in all is not stated. Give the number or value of all "
        "procurements in scope."
    ),
    Code.MARK_SHOWN: N_("The team says where it shows: {marks}."),
    Code.MARK_SEEN: N_("Seen by the program: {marks}."),
    Code.MARK_NOT_SHOWN: N_(
        "Say where in it each of these can be found (page, section, link): {marks}."
    ),
    Code.POLICY_NAMED: N_("The data name their publication policy."),
    Code.POLICY_NOT_NAMED: N_("The data name no publication policy. Add its address to them."),
    # structure
    Code.GROUP_MET: NN_(
        "{met} of {of} hold; {asked} is needed.", "{met} of {of} hold; {asked} are needed.", "asked"
    ),
    Code.GROUP_NOT_MET: NN_(
        "{met} of {of} hold, but {asked} is needed.",
        "{met} of {of} hold, but {asked} are needed.",
        "asked",
    ),
    Code.GROUP_OPEN: NN_(
        "{met} of {of} hold so far; {asked} is needed.",
        "{met} of {of} hold so far; {asked} are needed.",
        "asked",
    ),
    Code.GROUP_NOT_APPLICABLE: N_("Nothing of this applies here."),
    Code.ROUTES_MET: N_("Routes that are complete: {met}; needed: at least {asked}."),
    Code.ROUTES_NOT_MET: N_(
        "No route is complete; needed: at least {asked}. Finish the one that lacks least."
    ),
    Code.ROUTES_OPEN: N_(
        "No route is complete so far; needed: at least {asked}. Finish the one that lacks least."
    ),
    Code.ROUTES_UNSEEN: N_(
        "No route is complete until somebody has looked; needed: at least {asked}. Ask a coach to "
        "look at what needs review."
    ),
    Code.ROUTES_NEED_REVIEWER: N_(
        "Only route {met} is complete, and it does not count by itself. Ask a coach to look."
    ),
    Code.REQUIREMENT: N_("{requirement}"),
    # not applicable, prerequisites, coaches, declarations
    Code.NOT_APPLICABLE_JUSTIFIED: N_("Marked as not applicable, because: {justification}"),
    Code.NOT_APPLICABLE_BY_CONDITION: N_("It does not apply, given the other answers."),
    Code.PREREQUISITE_NOT_MET: N_("{criteria} must be met first."),
    Code.PREREQUISITE_OPEN: N_("{criteria} must be met first; that is still open."),
    Code.PREREQUISITES_MET: N_("What must be met first is met: {criteria}."),
    Code.DECISION_MADE: N_("{by} {verdict}. {reason}"),
    Code.DECISION_MISSING: N_("No coach has decided on it yet."),
    Code.DECLARED_MET: N_("The team declares it met."),
    Code.DECLARED_NOT_MET: N_("The team declares it not met."),
    Code.DECLARED_UNKNOWN: N_("Not declared yet. Say whether it is met or not met."),
    # eligibility
    Code.ELIGIBILITY_COUNTRY_OUTSIDE: N_(
        "The programme is not open to cities of {country}. Ask the programme before you go on."
    ),
    Code.ELIGIBILITY_TOO_SMALL: N_(
        "The city has {population} people; the programme asks for at least {min}. "
        "Ask the programme before you go on."
    ),
    Code.ELIGIBILITY_POPULATION_MISSING: N_(
        "The city's population is not given; the programme asks for at least {min} people. Add it."
    ),
}

VARIANTS: dict[tuple[Code, str], Message] = {
    (Code.CHOICES_TOO_FEW, "chosen"): NN_(
        "So far there is {chosen}. At least {asked} of these is needed: {accepted}.",
        "So far there is {chosen}. At least {asked} of these are needed: {accepted}.",
        "asked",
    ),
    (Code.ROWS_NONE_ABOUT, "values"): N_("No row is about {values}. Add one."),
    (Code.EVIDENCE_REFUSED, "why"): N_(
        "The address was not called: {why}. Give one that is public, or attach the file."
    ),
    (Code.DOCUMENT_UNDATED, "text"): N_(
        "Nobody has said from which day it holds. Found in it: {found}. Say which day it is."
    ),
    (Code.DOCUMENT_UNDATED, "metadata"): N_(
        "Nobody has said from which day it holds. Found in it: {found}. Say which day it is."
    ),
    (Code.DATASET_COLUMNS_UNCONFIRMED, "suggested"): N_(
        "Its {columns} columns were read, but nobody has confirmed yet what they stand for "
        "(suggested for {suggested}). Confirm or correct that; then its records can be counted."
    ),
    (Code.MARK_SHOWN, "seen"): N_(
        "The team says where it shows: {marks}. Seen by the program: {seen}."
    ),
    (Code.RATIO_ENOUGH, "part"): N_("“{part}” is {value} of “{whole}”; at least {min} is needed."),
    (Code.RATIO_TOO_LOW, "part"): N_(
        "“{part}” is only {value} of “{whole}” so far; at least {min} is needed."
    ),
    (Code.STAGE_FILLED, "share"): N_(
        "{stage}: at least {share} of the records hold {fields} (records found: {records})."
    ),
    (Code.STAGE_FILLED, "fields"): N_("{stage}: records hold {fields} (records found: {records})."),
    (Code.STAGE_FIELDS_MISSING, "share"): N_(
        "{stage}: fewer than {share} of the records hold {fields}. Fill in these columns."
    ),
    (Code.DECLARED_MET, "assessed_on"): N_(
        "The team declares it met, by the official assessment of {assessed_on}."
    ),
    (Code.DECLARED_NOT_MET, "assessed_on"): N_(
        "The team declares it not met, by the official assessment of {assessed_on}."
    ),
}
