"""What is said of a second objective and of constraints says of whom it is true."""

import pytest

from ridgeline.spec.metrics import Metric
from ridgeline.spec.views.objectives import ObjectivesView
from ridgeline_worker.verdict.objective_words import objectives_statement

SPARSE = {"measure": "sparsity", "at_least": 0.5}


def member(number, kind, score, sparsity):
    limits = {"low": 0.0, "high": 1.0}
    second = {"measure": "sparsity", "value": sparsity, "interval": limits}
    setting = {"regularizer": kind, "strengths": {}, "derived": {}, "learning_rate": 0.01}
    return {"number": number, **setting, "score": score, "interval": limits, "second": second}


NONE, L1 = member(0, "none", 0.1, 0.0), member(1, "l1", 0.2, 0.75)


@pytest.mark.parametrize(
    ("front", "constraints", "keeping", "told"),
    [
        (
            (NONE, L1),
            (),
            (0, 1, 2),
            (
                "the front of log_loss and sparsity, where none is better than another in both, is no regularizer "
                "(log_loss 0.1, sparsity 0) and l1 (log_loss 0.2, sparsity 0.75)"
            ),
        ),
        (
            (NONE,),
            (),
            (0, 1, 2),
            "no other setting is better than no regularizer (log_loss 0.1, sparsity 0) in log_loss",
        ),
        ((L1,), (SPARSE,), (1,), "1 of 3 settings is shown to keep sparsity >= 0.5, and so it is recommended"),
        (
            (L1,),
            (SPARSE,),
            (1, 2),
            (
                "2 of 3 settings are shown to keep sparsity >= 0.5, and the choice was made among them; no other of "
                "these is better than l1"
            ),
        ),
        (
            (NONE, L1),
            (SPARSE,),
            (),
            "none of 3 settings is shown to keep sparsity >= 0.5, so the choice was made without",
        ),
    ],
)
def test_a_statement_tells_the_front_among_those_that_were_chosen_among(front, constraints, keeping, told):
    view = ObjectivesView.model_validate(
        {
            "second": "sparsity",
            "direction": "maximize",
            "constraints": constraints,
            "keeping": keeping,
            "are_obeyed": bool(keeping),
            "front": front,
            "trade_off": None,
            "timing_spread": None,
            "statement": "",
        }
    )
    said = objectives_statement(view, Metric.LOG_LOSS, [len(keeping)] * len(constraints), 3, 0)
    assert said.startswith(told)
    assert ("the front" in said) == (len(front) == 2)
