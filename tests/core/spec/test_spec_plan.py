"""How work is cut: by the study alone, in multiples of a lane group."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.spec.columns import Inputs
from ridgeline.spec.models import Conv2d, Layer, Mlp, dense, multiply_adds, parameter_count
from ridgeline.spec.plan import MAX_COHORT_LANES, brackets, cohort_lanes, generation_trials, plan
from ridgeline.spec.resolved import Plan, Rung
from ridgeline.spec.study import Hyperband, Median, NoPruner, Precision, SuccessiveHalving


def fully_connected(*widths: int) -> tuple[Layer, ...]:
    return tuple(dense(a, b) for a, b in pairwise(widths))


def planned(*, rows: int) -> Plan:
    return plan(
        layers=fully_connected(30, 1),
        rows=rows,
        width=30,
        batch_size=64,
        epochs=50,
        precision=Precision.FLOAT32,
        pruner=NoPruner(),
        max_trials=32,
        searches=6,
        evaluations_per_trial=5,
        cache_bytes=2**30,
    )


EPOCHS = st.integers(1, 10_000)
FACTORS = st.integers(2, 10)
RESOURCES = st.sampled_from(["folds", "epochs"])
PRUNERS = st.one_of(
    st.just(NoPruner()),
    st.builds(Median, resource=RESOURCES, first_rung=st.none() | EPOCHS),
    st.builds(SuccessiveHalving, reduction_factor=FACTORS, resource=RESOURCES, first_rung=st.none() | EPOCHS),
    st.builds(Hyperband, reduction_factor=FACTORS, first_rung=st.none() | EPOCHS),
)


def amounts(pruner, *, epochs: int = 50, folds: int = 5) -> list[tuple[int, ...]]:
    """Epochs at the rungs of each bracket, or folds where these differ."""
    by_folds = getattr(pruner, "resource", None) == "folds"
    told = brackets(pruner, epochs, folds)
    for rung in (rung for bracket in told for rung in bracket.rungs):
        assert (rung.epochs if by_folds else rung.folds) == (epochs if by_folds else folds)
    return [tuple(rung.folds if by_folds else rung.epochs for rung in bracket.rungs) for bracket in told]


@given(PRUNERS, EPOCHS, st.integers(1, 100))
def test_rungs_rise_to_the_end(pruner, epochs, folds) -> None:
    for bracket in brackets(pruner, epochs, folds):
        trained = [rung.model_epochs for rung in bracket.rungs]
        assert trained == sorted(set(trained))
        assert trained[0] >= 1
        assert bracket.rungs[-1] == Rung(epochs=epochs, folds=folds)


@given(EPOCHS, st.integers(1, 100))
def test_the_first_rung_is_one_fold_or_a_third_of_the_epochs_unless_asked_otherwise(epochs, folds) -> None:
    for by_epochs in (Median(resource="epochs"), SuccessiveHalving(resource="epochs"), Hyperband()):
        assert all(3 * told[0] >= epochs for told in amounts(by_epochs, epochs=epochs, folds=folds))
    for by_folds in (Median(), SuccessiveHalving()):
        assert [told[0] for told in amounts(by_folds, epochs=epochs, folds=folds)] == [1]


@pytest.mark.parametrize(
    ("pruner", "expected"),
    [
        (NoPruner(), [(50,)]),
        (Median(), [(1, 2, 3, 4, 5)]),
        (Median(first_rung=2), [(2, 4, 5)]),
        (Median(resource="epochs"), [(17, 34, 50)]),
        (Median(resource="epochs", first_rung=20), [(20, 40, 50)]),
        (SuccessiveHalving(), [(1, 5)]),
        (SuccessiveHalving(reduction_factor=2), [(1, 2, 5)]),
        (SuccessiveHalving(first_rung=4), [(4, 5)]),
        (SuccessiveHalving(first_rung=5), [(5,)]),
        (SuccessiveHalving(resource="epochs"), [(17, 50)]),
        (SuccessiveHalving(resource="epochs", first_rung=5), [(5, 15, 45, 50)]),
        (SuccessiveHalving(resource="epochs", reduction_factor=2, first_rung=10), [(10, 20, 40, 50)]),
        (SuccessiveHalving(resource="epochs", first_rung=50), [(50,)]),
        (Hyperband(first_rung=5), [(5, 15, 45, 50), (15, 45, 50), (45, 50), (50,)]),
    ],
)
def test_rungs_by_example(pruner, expected) -> None:
    assert amounts(pruner) == expected


def test_folds_of_all_repeats_count() -> None:
    assert amounts(SuccessiveHalving(), folds=10) == [(1, 3, 10)]


def test_hyperband_shares_are_those_of_the_paper() -> None:
    """R = 81 with factor 3: brackets of 81, 34, 15, 8 and 5 configurations."""
    told = brackets(Hyperband(first_rung=1), 81, 5)
    assert [bracket.share for bracket in told] == [81, 34, 15, 8, 5]


@given(st.integers(1, 100_000), st.integers(1, 8))
def test_a_generation_is_a_quarter_of_the_budget_in_groups_of_eight(max_trials, searches) -> None:
    told = generation_trials(max_trials, searches)
    assert told % 8 == 0
    assert 8 <= told <= 32
    assert told == 32 or told >= max_trials / 4


@given(st.integers(9, 40))
def test_what_halving_keeps_of_a_generation_has_room_for_each_of_many_kinds(kinds) -> None:
    told = generation_trials(10_000, kinds)
    assert told // SuccessiveHalving().reduction_factor >= kinds
    assert generation_trials(128, kinds) == 32


@given(
    st.lists(st.integers(1, 2000), min_size=2, max_size=6).map(tuple),
    st.integers(1, 65_536),
    st.integers(2**16, 2**30),
)
def test_a_cohort_fits_the_cache_or_is_the_smallest(widths, batch_size, cache_bytes) -> None:
    layers = fully_connected(*widths)
    told = cohort_lanes(layers, widths[0], batch_size, Precision.FLOAT32, cache_bytes)
    lane_bytes = 4 * (4 * parameter_count(layers) + 2 * batch_size * sum(widths))
    assert told % 8 == 0
    assert 8 <= told <= MAX_COHORT_LANES
    assert told == 8 or told * lane_bytes <= cache_bytes
    assert cohort_lanes(layers, widths[0], batch_size, Precision.FLOAT64, cache_bytes) <= told


def test_cohorts_of_a_large_table_hold_one_evaluation_each() -> None:
    assert not planned(rows=100_000).one_evaluation_a_cohort
    assert planned(rows=1_000_000).one_evaluation_a_cohort


def test_sizes_of_a_network() -> None:
    assert parameter_count(fully_connected(30, 64, 64, 1)) == 30 * 64 + 64 + 64 * 64 + 64 + 64 + 1
    forward = 10 * (30 * 64 + 64 * 1)
    assert multiply_adds(fully_connected(30, 64, 1), rows=10) == 3 * forward - 10 * 30 * 64


def test_an_embedding_has_weights_and_no_product() -> None:
    layers = Mlp(hidden=(8,), categories="embedding").layers(Inputs(numbers=2, categories=(10,)), 1)
    assert parameter_count(layers) == 10 * 6 + (2 + 6) * 8 + 8 + 8 + 1
    assert multiply_adds(layers, rows=1) == 3 * (8 * 8 + 8) - 8 * 8


def test_a_convolution_pays_for_each_place() -> None:
    model = Conv2d(channels=(4,), kernel_size=3, pool=2, hidden=())
    first, last = model.layers(Inputs(numbers=64, shape=(8, 8)), 10)
    assert first == (9 * 4, 4, 9 * 4 * 64, 4 * 64)
    assert last == (4 * 16 * 10, 10, 4 * 16 * 10, 10)
