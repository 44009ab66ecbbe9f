"""How work is cut: by the study alone, in multiples of a lane group."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.spec.models import multiply_adds, parameter_count
from ridgeline.spec.plan import MAX_COHORT_LANES, brackets, cohort_lanes, generation_trials, plan
from ridgeline.spec.study import Hyperband, Median, NoPruner, Precision, SuccessiveHalving

EPOCHS = st.integers(1, 10_000)
PRUNERS = st.one_of(
    st.just(NoPruner()),
    st.builds(Median, first_rung_epochs=st.none() | EPOCHS),
    st.builds(SuccessiveHalving, reduction_factor=st.integers(2, 10), first_rung_epochs=st.none() | EPOCHS),
    st.builds(Hyperband, reduction_factor=st.integers(2, 10), first_rung_epochs=st.none() | EPOCHS),
)


def rungs(pruner, epochs: int) -> list[tuple[int, ...]]:
    return [bracket.rungs_epochs for bracket in brackets(pruner, epochs)]


@given(PRUNERS, EPOCHS)
def test_rungs_rise_to_the_last_epoch(pruner, epochs) -> None:
    for told in rungs(pruner, epochs):
        assert list(told) == sorted(set(told))
        assert told[0] >= 1
        assert told[-1] == epochs


@given(EPOCHS)
def test_the_first_rung_is_at_least_a_third_unless_asked_otherwise(epochs) -> None:
    for pruner in (Median(), SuccessiveHalving(), Hyperband()):
        assert all(3 * told[0] >= epochs for told in rungs(pruner, epochs))


@pytest.mark.parametrize(
    ("pruner", "expected"),
    [
        (NoPruner(), [(50,)]),
        (Median(), [(17, 34, 50)]),
        (Median(first_rung_epochs=20), [(20, 40, 50)]),
        (SuccessiveHalving(), [(17, 50)]),
        (SuccessiveHalving(first_rung_epochs=5), [(5, 15, 45, 50)]),
        (SuccessiveHalving(reduction_factor=2, first_rung_epochs=10), [(10, 20, 40, 50)]),
        (SuccessiveHalving(first_rung_epochs=50), [(50,)]),
        (Hyperband(first_rung_epochs=5), [(5, 15, 45, 50), (15, 45, 50), (45, 50), (50,)]),
    ],
)
def test_rungs_by_example(pruner, expected) -> None:
    assert rungs(pruner, 50) == expected


def test_hyperband_shares_are_those_of_the_paper() -> None:
    """R = 81 with factor 3: brackets of 81, 34, 15, 8 and 5 configurations."""
    told = brackets(Hyperband(first_rung_epochs=1), 81)
    assert [bracket.share for bracket in told] == [81, 34, 15, 8, 5]


@given(st.integers(1, 100_000))
def test_a_generation_is_a_quarter_of_the_budget_in_groups_of_eight(max_trials) -> None:
    told = generation_trials(max_trials)
    assert told % 8 == 0
    assert 8 <= told <= 32
    assert told == 32 or told >= max_trials / 4


@given(
    st.lists(st.integers(1, 2000), min_size=2, max_size=6).map(tuple),
    st.integers(1, 65_536),
    st.integers(2**16, 2**30),
)
def test_a_cohort_fits_the_cache_or_is_the_smallest(widths, batch_size, cache_bytes) -> None:
    told = cohort_lanes(widths, batch_size, Precision.FLOAT32, cache_bytes)
    lane_bytes = 4 * (4 * parameter_count(widths) + 2 * batch_size * sum(widths))
    assert told % 8 == 0
    assert 8 <= told <= MAX_COHORT_LANES
    assert told == 8 or told * lane_bytes <= cache_bytes
    assert cohort_lanes(widths, batch_size, Precision.FLOAT64, cache_bytes) <= told


def test_a_generation_is_cut_into_several_cohorts_where_lanes_are_many_enough() -> None:
    told = plan(
        widths=(30, 1),
        batch_size=64,
        epochs=50,
        precision=Precision.FLOAT32,
        pruner=NoPruner(),
        max_trials=32,
        evaluations_per_trial=5,
        cache_bytes=2**30,
    )
    assert (told.generation_trials, told.cohort_lanes) == (8, 16)


def test_sizes_of_a_network() -> None:
    assert parameter_count((30, 64, 64, 1)) == 30 * 64 + 64 + 64 * 64 + 64 + 64 + 1
    forward = 10 * (30 * 64 + 64 * 1)
    assert multiply_adds((30, 64, 1), rows=10) == 3 * forward - 10 * 30 * 64
