"""Any kinds that may be combined train together, and a lane of them does not notice its neighbours."""

from itertools import combinations

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ridgeline.kinds import CATALOGUE, structure_of
from ridgeline.kinds.combining import excluded
from ridgeline_worker.regularizers import REGULARIZERS
from ridgeline_worker.training import Cohort, Problem, evaluate

EPOCHS = 4


def strengths(kind, draw):
    found = {}
    for name, bounds in CATALOGUE[kind].bounds.items():
        search = bounds.range(EPOCHS)
        value = draw(st.floats(search.low, search.high))
        found[name] = 1.0 if CATALOGUE[kind].is_static else float(round(value)) if bounds.whole else value
    return found


@st.composite
def mixtures(draw, task):
    kinds = [kind for kind in REGULARIZERS if task not in CATALOGUE[kind].refuses_tasks]
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=5, max_size=5, unique=True))
    while clash := next((pair for pair in combinations(chosen, 2) if excluded(*pair)), None):
        chosen.remove(clash[1])
    if "skip" not in chosen and any("skip" in CATALOGUE[kind].requires for kind in chosen):
        chosen.append("skip")
    return {kind: strengths(kind, draw) for kind in chosen}


@pytest.mark.parametrize("dataset", ["wine", "diabetes"])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_five_kinds_at_random_train_and_a_lane_of_them_is_the_same_alone(
    study_of, stored, lanes_of, trained, dataset, data
):
    model, training = {"kind": "mlp", "hidden": [13, 7, 7]}, {"epochs": EPOCHS, "batch_size": 128}
    study = study_of(dataset, evaluation={"folds": 2}, model=model, training=training)
    mixed, other = data.draw(mixtures(study.task)), data.draw(mixtures(study.task))
    static = structure_of(mixed)  # neighbours have the same structure
    other = {kind: held for kind, held in other.items() if not CATALOGUE[kind].is_static}
    bare = {kind: {"on": 1.0} for kind in static}
    problem = Problem.of(study, stored(dataset), torch.device("cpu")).structured(study, static)
    lanes = lanes_of(problem, [bare, bare | other, mixed])
    steps = EPOCHS * problem.steps_per_epoch
    state, scores = trained(problem, lanes, steps)
    assert all(score.score is not None for score in scores)
    last = [lane for lane in lanes if lane.trial == 2]
    alone = Cohort(problem, last).train(Cohort.begin(problem, last), steps)
    assert torch.equal(alone.theta[:2], state.theta[4:6])
    assert evaluate(problem, alone) == scores[4:6]


def test_a_kind_excludes_another_both_ways():
    assert excluded("ema", "swa")
    assert excluded("swa", "ema")
    assert not excluded("l2", "dropout")
