from hypothesis import given
from hypothesis import strategies as st

from ridgeline_worker.search.allotment import Standing, allot


@given(count=st.integers(0, 64), sampled=st.lists(st.integers(0, 30), min_size=1, max_size=6))
def test_every_trial_is_dealt_and_the_kinds_draw_level(count, sampled):
    standings = [Standing(kind=f"kind{place}", sampled=before, losses=()) for place, before in enumerate(sampled)]
    counts = allot(count, standings)
    assert sum(counts.values()) == count
    totals = {standing.kind: standing.sampled + counts[standing.kind] for standing in standings}
    dealt = [totals[kind] for kind in totals if counts[kind]]
    assert not dealt or max(dealt) - min(totals.values()) <= 1


def test_ties_go_to_the_kind_that_was_asked_for_first():
    standings = [Standing("l2", 3, ()), Standing("l1", 3, ()), Standing("dropout", 2, (0.1, 0.2))]
    assert allot(2, standings) == {"l2": 1, "l1": 0, "dropout": 1}
