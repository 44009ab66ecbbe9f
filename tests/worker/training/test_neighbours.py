"""The order of lanes."""

from itertools import groupby, pairwise, product

import pytest

from ridgeline.kinds import CATALOGUE
from ridgeline.spec import Setting
from ridgeline_worker.regularizer import Examples, GroupProximal, Inputs, Proximal, Schedule
from ridgeline_worker.regularizers import REGULARIZERS
from ridgeline_worker.training import evaluations, lanes_of
from ridgeline_worker.training.neighbours import place

MIX = Setting(
    regularizer="cocktail", strengths={"l2.strength": 0.1, "sam.rho": 0.05, "mixup.alpha": 0.2}, learning_rate=0.01
)
SAM = Setting(regularizer="sam", strengths={"rho": 0.05}, learning_rate=0.01)
L2 = Setting(regularizer="l2", strengths={"strength": 0.1}, learning_rate=0.01)
NONE = Setting(regularizer="none", learning_rate=0.01)


def pieces(lanes, kind):
    return sum(1 for on, _ in groupby(kind in lane.regularizers for lane in lanes) if on)


def test_a_mix_has_all_its_kinds_and_what_is_always_on(study_of):
    study = study_of(mode="cocktail", regularizers=["l2", "sam", "mixup"], always=[{"kind": "dropout", "rate": 0.3}])
    lanes = lanes_of(study, [(7, MIX), (8, NONE)])
    assert [lane.evaluation for lane in lanes if lane.trial == 7] == list(evaluations(study))
    regularizers = {lane.trial: dict(lane.regularizers) for lane in lanes}
    assert regularizers[7] == {**MIX.kinds, "dropout": {"rate": 0.3}}
    assert regularizers[8] == {"dropout": {"rate": 0.3}}


def test_lanes_that_share_a_dear_kind_are_side_by_side(study_of):
    lanes = lanes_of(study_of(), enumerate([MIX, L2, NONE, SAM, L2, MIX, NONE, SAM]))
    assert pieces(lanes, "sam") == 1
    assert {trial: len([*same]) for trial, same in groupby(lane.trial for lane in lanes)} == dict.fromkeys(range(8), 5)


def test_equal_kinds_are_ordered_by_learning_rate_and_number(study_of):
    slow = L2.model_copy(update={"learning_rate": 0.001})
    lanes = lanes_of(study_of(), [(3, L2), (2, slow), (1, L2), (0, slow)])
    assert [trial for trial, _ in groupby(lane.trial for lane in lanes)] == [0, 2, 1, 3]


@pytest.mark.parametrize("count", [2, 3, 4])
def test_in_the_order_of_all_mixes_neighbours_differ_in_one_kind(count):
    kinds = [kind for kind in CATALOGUE if kind != "none"][:count]
    mixes = [{kind for kind, on in zip(kinds, bits, strict=True) if on} for bits in product((0, 1), repeat=count)]
    ordered = sorted(mixes, key=place)
    assert all(len(one ^ other) == 1 for one, other in pairwise(ordered))


@pytest.mark.parametrize("point", [Schedule, Inputs | Examples, Proximal | GroupProximal], ids=str)
def test_kinds_that_share_work_at_a_point_of_the_step_are_side_by_side(point):
    single = sorted(REGULARIZERS, key=lambda kind: place({kind}))
    runs = [acts for acts, _ in groupby(isinstance(REGULARIZERS[kind], point) for kind in single)]
    assert runs.count(True) == 1
