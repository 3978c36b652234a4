"""Collectors: from the files that a team hands in to facts that can be judged."""

from api.evidence.collector import collect
from api.evidence.files import (
    EvidenceFileError,
    EvidenceFileIrregularError,
    EvidenceFileMissingError,
    EvidenceFileOutsideError,
)

__all__ = [
    "EvidenceFileError",
    "EvidenceFileIrregularError",
    "EvidenceFileMissingError",
    "EvidenceFileOutsideError",
    "collect",
]
