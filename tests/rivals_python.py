"""The same criteria in plain Python and in OpenFisca, for the benchmark of batches.

Both are written from the checks by the translator of `rivals.py`, and know only true and false.
"""

import re
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from rubrics.schema import Rubric
from tests.rivals import Data, Dialect, Translator, name_of
from tests.submissions import DAY

PYTHON = Dialect(
    both=" and ",
    either=" or ",
    has="hasattr({0}, '{1}')",
    one="any({test} for {x} in {list})",
    every="all({test} for {x} in {list})",
    many="sum(1 for {x} in {list} if {test}) >= {n}",
    true_of="sum(map(bool, [{list}])) >= {n}",
    within="{0} in {1}",
    element={"e": "e", "r": "r"},
)
COLUMNS = Dialect(
    both=" & ",
    either=" | ",
    has="",
    one="",
    every="",
    many="",
    true_of="(sum([{list}]) >= {n})",
    within="",
    element={"e": "", "r": ""},
)
"""What stands above the single checks, over columns of yes and no."""

Verdicts = dict[str, bool]


def boxed(value: Data) -> Data:
    """Mappings as objects with attributes, as a Python programmer would hold them."""
    match value:
        case dict():
            return SimpleNamespace(**{name: boxed(child) for name, child in value.items()})
        case list():
            return [boxed(child) for child in value]
        case _:
            return value


class Plain:
    """The criteria as functions of Python, compiled once."""

    def __init__(self, rubric: Rubric, data: Sequence[dict[str, dict[str, Data]]]) -> None:
        translator = Translator(PYTHON, DAY)

        def function(text: str) -> Any:
            return eval(f"lambda a, s: {text}", {"true": True, "false": False})  # noqa: S307

        self.requirements = {
            name_of(own.id): (
                function(translator.check(own, "a")),
                function(translator.proof(own, "s")),
            )
            for own in rubric.requirements.values()
        }
        self.rules = {
            c.id: function(translator.rule(c.passes.rule, "a."))
            for c in rubric.assessed()
            if c.passes is not None
        }
        self.data = [
            {
                name: (boxed(one["answers"][name]), boxed(one["evidence"][name]))
                for name in self.requirements
            }
            for one in data
        ]

    def judge(self, number: int) -> Verdicts:
        """Whether each requirement and criterion is evidenced."""
        given = self.data[number]
        met: Verdicts = {
            name: check(*given[name]) and proof(*given[name])
            for name, (check, proof) in self.requirements.items()
        }
        of = SimpleNamespace(**met)
        return met | {code: rule(of, None) for code, rule in self.rules.items()}


class OpenFisca:
    """The criteria as variables of OpenFisca, over columns.

    It has no lists of evidence with tables in them, so its inputs are the single checks, each yes
    or no, worked out before the clock starts: its task is by far the smallest.
    """

    def __init__(self, rubric: Rubric, plain: Plain, rows: int) -> None:
        above = Translator(COLUMNS, DAY, apart=True)
        singles = Translator(PYTHON, DAY, apart=True)
        entity = build_entity("submission", "submissions", "A submission", is_person=True)
        self.system = TaxBenefitSystem([entity])
        self.entity, self.rows = entity, rows
        self.inputs: dict[str, Any] = {}
        self.names: list[str] = []
        for own in rubric.requirements.values():
            name = name_of(own.id)
            said = f"({above.check(own, 'a')}) & ({above.proof(own, 's')})"
            singles.check(own, "a")
            singles.proof(own, "s")
            for single in (singles.apart or {}).keys() - self.inputs.keys():
                text = (singles.apart or {})[single]
                judge = eval(f"lambda a, s: {text}", {"true": True, "false": False})  # noqa: S307
                found = [bool(judge(*given[name])) for given in plain.data]
                self.inputs[single] = np.resize(np.array(found), rows)
            self._add(name, said)
        for single in self.inputs:
            self._add(single, "")
        for criterion in rubric.assessed():
            if criterion.passes is not None:
                self._add(criterion.id, above.rule(criterion.passes.rule, "$."))

    def _add(self, name: str, expression: str) -> None:
        said: dict[str, Any] = {
            "value_type": bool,
            "entity": self.entity,
            "definition_period": DateUnit.YEAR,
            "label": name,
        }
        if expression:
            self.names.append(name)
            text = re.sub(r"\$\.(\w+)", r"submission('\1', period)", expression)
            said["formula"] = eval(f"lambda submission, period: {text}")  # noqa: S307
        self.system.add_variable(type(name, (Variable,), said))

    def judge(self) -> dict[str, Any]:
        """Whether each requirement and criterion is evidenced, in every row."""
        simulation = SimulationBuilder().build_default_simulation(self.system, self.rows)
        for name, values in self.inputs.items():
            simulation.set_input(name, str(DAY.year), values)
        return {name: simulation.calculate(name, str(DAY.year)) for name in self.names}
