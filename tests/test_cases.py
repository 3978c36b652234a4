"""Every case of every rubric in the library holds."""

import pytest

from assessment.cases import run_case
from rubrics.loader import LIBRARY, load_cases, load_rubric

RUBRICS = {
    path.parent.name: load_rubric(path.parent) for path in sorted(LIBRARY.glob("*/rubric.yaml"))
}
CASES = [
    pytest.param(name, case, id=f"{place}-{case.get('name')}")
    for name in RUBRICS
    for case, place in load_cases(LIBRARY / name)
]


@pytest.mark.parametrize(("rubric", "case"), CASES)
def test_case_holds(rubric, case):
    differences = run_case(RUBRICS[rubric], case)

    assert not differences, "\n".join([str(case["name"]), *differences])
