"""Batches: a rubric compiled to one kernel over columns, with the evaluator's exact verdicts."""

from assessment.batch.encoding import columns_of
from assessment.batch.fitting import Misfit, find_misfits
from assessment.batch.kernel import Kernel, compile_rubric
from assessment.batch.schema import arrow_schema

__all__ = ["Kernel", "Misfit", "arrow_schema", "columns_of", "compile_rubric", "find_misfits"]
