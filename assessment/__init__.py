"""What is decided: verdicts, scores and actions, from a rubric, a submission and a day. Pure."""

from assessment.engine import ENGINE_VERSION, assess
from assessment.planning import next_actions, plan
from assessment.results import Assessment, Verdict
from assessment.submission import Submission
from assessment.validation import validate

__all__ = [
    "ENGINE_VERSION",
    "Assessment",
    "Submission",
    "Verdict",
    "assess",
    "next_actions",
    "plan",
    "validate",
]
