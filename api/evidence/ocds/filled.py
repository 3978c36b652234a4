"""The fields that something fills, and what else is told of it, as bits of a whole number.

So what holds for a process can be added to each of its records at once, and records that fill the
same fields can be counted together.
"""

from rubrics.checks import Stage, StageField

Filled = int
"""The fields that something fills, one bit each."""

BITS = {field: 1 << place for place, field in enumerate(StageField)}

STAGES = {stage: 1 << place for place, stage in enumerate(Stage, len(BITS))}
"""The bit by which a record says of which stage it is, beside those of the fields it fills."""

JOINED = 1 << (len(BITS) + len(STAGES))
"""The bit of a contract whose award is there, and of a tender whose plan has a number."""

FIELDS = sum(BITS.values()) | JOINED
"""All that a record keeps of what its part of the release fills."""

AMOUNT = BITS[StageField.AMOUNT]
AWARD_ID = BITS[StageField.AWARD_ID]
BIDDERS = BITS[StageField.BIDDERS]
BUYER = BITS[StageField.BUYER]
CATEGORY = BITS[StageField.CATEGORY]
CLOSES = BITS[StageField.CLOSES]
CONTACT = BITS[StageField.CONTACT]
CONTRACT_ID = BITS[StageField.CONTRACT_ID]
DATE = BITS[StageField.DATE]
END = BITS[StageField.END]
EXPECTED = BITS[StageField.EXPECTED]
ID = BITS[StageField.ID]
METHOD = BITS[StageField.METHOD]
MODIFIED = BITS[StageField.MODIFIED]
OPENS = BITS[StageField.OPENS]
START = BITS[StageField.START]
STATUS = BITS[StageField.STATUS]
SUPPLIER = BITS[StageField.SUPPLIER]
SUPPLIER_ID = BITS[StageField.SUPPLIER_ID]
TENDER_ID = BITS[StageField.TENDER_ID]
TITLE = BITS[StageField.TITLE]
WORTH = BITS[StageField.VALUE] | BITS[StageField.AMOUNT]
"""A value and an amount are the same thing under two names."""

_FREE = len(BITS) + len(STAGES) + 1

TOLD = 1 << _FREE
"""Anything at all is told of a plan or a tender."""

CODED = 1 << (_FREE + 1)
"""An article has the code of a classification."""

DESCRIBED = 1 << (_FREE + 2)
"""An article says what is bought."""

PLANNED = 1 << (_FREE + 3)
"""A tender is announced, not open: it is a record of the planning stage."""

DIRECT = 1 << (_FREE + 4)
"""A purchase had no solicitation: there is no record of the tender stage."""

NUMBERED = 1 << (_FREE + 5)
"""The project that a plan belongs to has a number, or the process itself."""

IDENTIFIED = 1 << (_FREE + 6)
"""The buyer has a number."""
