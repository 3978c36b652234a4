"""Batches: a rubric compiled to one kernel over columns, with the evaluator's exact verdicts."""

from assessment.batch.encoding import columns_of
from assessment.batch.kernel import Kernel, compile_rubric
from assessment.batch.schema import arrow_schema

__all__ = ["Kernel", "arrow_schema", "columns_of", "compile_rubric"]
