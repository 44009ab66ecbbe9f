"""A second objective and constraints as people read them."""

import re

from ridgeline.cli.verdict import print_verdict
from ridgeline.spec.constraints import Constraint
from ridgeline.spec.views.objectives import ConstraintView, Estimated, ObjectivesView


def _estimated(measure, value, low, high):
    return Estimated.model_validate({"measure": measure, "value": value, "interval": {"low": low, "high": high}})


def test_each_contender_has_its_measures_its_bounds_and_its_place_on_the_front(capsys, a_verdict):
    verdict = a_verdict("1")
    constraint = Constraint.model_validate({"measure": "accuracy", "at_least": 0.9})
    contenders = [
        one.model_copy(
            update={
                "measures": (_estimated("sparsity", 0.25, 0.25, 0.25), _estimated("accuracy", 0.95, 0.92, 0.98)),
                "constraints": (ConstraintView(constraint=constraint, value=0.95, bound=0.925, kept="holds"),),
            }
        )
        if one.number == 2
        else one.model_copy(
            update={"constraints": (ConstraintView(constraint=constraint, value=None, bound=None, kept="not shown"),)}
        )
        for one in verdict.contenders
    ]
    member = {"score": 0.4, "interval": {"low": 0.3, "high": 0.5}, "second": contenders[0].measures[0]}
    objectives = ObjectivesView.model_validate(
        {
            "second": "sparsity",
            "direction": "maximize",
            "constraints": [constraint],
            "keeping": [2],
            "are_obeyed": True,
            "front": [{**verdict.simplest.model_dump(), **member}],
            "trade_off": verdict.simplest,
            "timing_spread": None,
            "statement": "1 of 2 settings keeps it",
        }
    )
    print_verdict(verdict.model_copy(update={"contenders": tuple(contenders), "objectives": objectives}))
    lines = capsys.readouterr().out.splitlines()
    (head,) = (line for line in lines if "accuracy >= 0.9" in line)
    assert re.split(r"\s{2,}", head.strip()) == [
        "contender",
        "sparsity, 95 %",
        "accuracy, 95 %",
        "accuracy >= 0.9",
        "front",
    ]
    below = lines[lines.index(head) + 1 :]
    (chosen,) = (line for line in below if line.strip().startswith("l2 strength 0.01 *"))
    assert re.split(r"\s{2,}", chosen.strip())[1:] == ["0.25", "0.95 (0.92 to 0.98)", "holds (0.925)", "yes"]
    (none,) = (line for line in below if line.strip().startswith("none"))
    assert re.split(r"\s{2,}", none.strip()) == ["none", "-", "-", "not shown"]
    assert not any("constant prediction" in line for line in below)
