"""The kernel beside the evaluator: what one says of a row and the other of the same submission."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import pyarrow as pa

from assessment.batch import columns_of, compile_rubric
from assessment.cases import flat_score
from assessment.codes import Code
from assessment.engine import assess
from assessment.results import Assessment, Lens
from assessment.submission import Submission
from rubrics.schema import Rubric

Row = Mapping[str, object]


def differences(
    rubric: Rubric, submissions: Sequence[Submission], *, on: date, table: pa.Table | None = None
) -> list[str]:
    """Where the kernel says something else than the evaluator; `table` are the same submissions."""
    given = columns_of(rubric, submissions) if table is None else table
    rows = compile_rubric(rubric).score(given, on=on).to_pylist()
    assert len(rows) == len(submissions)
    found = []
    for number, (row, submission) in enumerate(zip(rows, submissions, strict=True)):
        said = dict(flat(assess(rubric, submission, on=on)))
        found += [
            f"row {number}, {name}: the kernel says {row.get(name)!r}, the evaluator {word!r}"
            for name, word in said.items()
            if row.get(name, "nothing") != word
        ]
        found += [f"the kernel invents {name}" for name in row.keys() - said.keys()]
    return found


def flat(assessment: Assessment) -> Iterator[tuple[str, object]]:
    """An assessment as the row that the kernel would write."""
    yield "eligibility", assessment.eligibility.verdict.value
    for lens in Lens:
        score = flat_score(getattr(assessment.lenses, lens))
        yield from ((f"{lens}.{key}", score[key]) for key in score if key != "cautions")
    for finding in assessment.criteria:
        for lens in Lens:
            yield f"{finding.id}.{lens}", getattr(finding, lens).value
            if finding.literal is not None:
                yield f"{finding.id}.literal.{lens}", getattr(finding.literal, lens).value
        for result in finding.requirements:
            for lens in Lens:
                yield f"{result.id}.{lens}", getattr(result, lens).value
            codes = {(reason.lens, Code(reason.code)) for reason in result.reasons}
            order = [(lens, code) for lens in Lens for code in Code if (lens, code) in codes]
            yield f"{result.id}.reasons", " ".join(f"{lens}:{code}" for lens, code in order)
