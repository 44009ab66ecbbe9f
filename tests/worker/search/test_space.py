import subprocess
import sys

import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution

from ridgeline.kinds import Range
from ridgeline.spec.resolved import ResolvedRegularizer
from ridgeline_worker.search.space import space_of

MIXED = ResolvedRegularizer(
    kind="elastic_net", strengths={"strength": Range(low=1e-6, high=0.1, log=True), "l1_ratio": 0.5}
)


def test_a_range_is_a_float_and_a_number_is_no_parameter():
    space = space_of(MIXED, (1e-3,))
    assert space.distributions == {"strength": FloatDistribution(1e-6, 0.1, log=True)}
    assert space.setting({"strength": 0.01}).strengths == {"strength": 0.01, "l1_ratio": 0.5}


def test_a_list_is_a_choice_and_a_number_in_it_twice_counts_once():
    space = space_of(ResolvedRegularizer(kind="dropout", strengths={"rate": (0.5, 0.2, 0.5)}), (1e-3,))
    assert space.distributions == {"rate": CategoricalDistribution((0.5, 0.2))}
    assert space.is_finite


def test_several_learning_rates_are_one_more_choice(trial_of):
    space = space_of(MIXED, (1e-3, 1e-2))
    assert space.distributions["learning_rate"] == CategoricalDistribution((1e-3, 1e-2))
    setting = space.setting({"strength": 0.01, "learning_rate": 1e-2})
    assert (setting.learning_rate, setting.strengths) == (1e-2, {"strength": 0.01, "l1_ratio": 0.5})
    trial = trial_of(regularizer="elastic_net", strengths=setting.strengths, learning_rate=setting.learning_rate)
    assert space.parameters(trial) == {"strength": 0.01, "learning_rate": 1e-2}


def test_a_value_that_rounding_put_outside_is_moved_to_the_end():
    assert space_of(MIXED, (1e-3,)).setting({"strength": 0.1000000001}).strengths["strength"] == 0.1


@pytest.mark.parametrize("log", [True, False])
def test_a_grid_of_a_range_holds_its_ends_exactly(log):
    space = space_of(
        ResolvedRegularizer(kind="l2", strengths={"strength": Range(low=0.03, high=0.7, log=log)}), (1e-3,)
    )
    values = space.grid(9)["strength"]
    assert (values[0], values[-1], len(values)) == (0.03, 0.7, 9)
    assert values == sorted(set(values))


def test_planning_imports_no_torch():
    script = "import sys, ridgeline_worker.search; print('torch' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
