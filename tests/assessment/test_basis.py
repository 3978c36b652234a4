"""What a decision rests on: the answer and the evidence, and nothing else."""

from typing import Any

import pytest

from assessment.agreement import cohens_kappa
from assessment.basis import basis, pieces_for
from tests.builders import criterion, evidence, requirement, rubric, submission

RUBRIC = rubric(
    criterion(
        "RDC1",
        requirement("a"),
        requirement("b", not_applicable={"when": "It is so.", "justify": True})
        if False
        else requirement("b"),
    ),
    criterion("DM1"),
)
SAID: dict[str, Any] = {
    "answers": {"a": True, "b": False},
    "declared": {"met": ["DM1"], "evidence": "official"},
    "evidence": [
        evidence("a", name="for-a"),
        evidence("RDC1", name="for-both"),
        evidence(name="official"),
    ],
}


def rests_on(about: str, **changes: Any) -> str:
    return basis(RUBRIC, submission(RUBRIC, **{**SAID, **changes}), about)
