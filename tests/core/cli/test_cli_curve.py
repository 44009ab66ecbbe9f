"""A curve as people read it."""

import pytest

from ridgeline.cli.curve import print_curve
from ridgeline.spec.metrics import Direction, Metric
from ridgeline.spec.views import CurvePoint, CurveView


@pytest.fixture
def curve(a_ladder):
    climbed = [
        CurvePoint(
            trial=None,
            strengths={"strength": rung.value},
            learning_rate=0.001,
            score=rung.score,
            standard_error=rung.standard_error,
            difference_to_best=rung.difference_to_best,
            difference_standard_error=rung.difference_standard_error,
            in_plateau=rung.in_plateau,
        )
        for rung in a_ladder.rungs
    ]
    trial = CurvePoint(trial=7, strengths={"strength": 0.02}, learning_rate=0.001, score=0.29, standard_error=0.04)
    return CurveView(
        study_id="1",
        provisional=False,
        metric=Metric.LOG_LOSS,
        direction=Direction.MINIMIZE,
        regularizer="l2",
        searched={"strength": [0.001, 0.01]},
        points=(*climbed, trial),
        strength="strength",
        best=climbed[1],
        plateau=a_ladder.plateau,
        none=a_ladder.none,
        statement=a_ladder.statement,
    )


def test_the_ladder_its_best_and_its_plateau_are_marked_and_trials_follow(curve, capsys) -> None:
    print_curve(curve)
    rows = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "none 0.5000 +- 0.0600 +0.2000 +- 0.0200" in rows
    assert "0.001 0.4000 +- 0.0500 +0.1000 +- 0.0100" in rows
    assert "0.01 0.3000 +- 0.0500 - best" in rows
    assert "0.1 0.3050 +- 0.0500 +0.0050 +- 0.0100 yes" in rows
    assert "0.02 0.001 0.2900 +- 0.0400 7" in rows
    assert rows[-2:] == ["log_loss: lower is better.", "Of 3 strengths 0.01 is the best."]


def test_without_a_ladder_it_says_why(curve, capsys) -> None:
    bare = {"points": (), "best": None, "none": None, "statement": "There is no room.", "provisional": True}
    print_curve(curve.model_copy(update=bare))
    assert capsys.readouterr().out.splitlines() == ["log_loss: lower is better. More may come.", "There is no room."]
