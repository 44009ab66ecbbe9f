from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from ridgeline_worker.search.dealing import brackets_dealt, interleaved

SHARES = st.lists(st.integers(1, 9), min_size=1, max_size=5)


@given(shares=SHARES)
def test_a_whole_round_deals_each_bracket_its_share(shares):
    assert Counter(brackets_dealt(shares, 0, sum(shares))) == dict(enumerate(shares))


@given(shares=SHARES, start=st.integers(0, 200), first=st.integers(0, 40), second=st.integers(0, 40))
def test_dealing_in_two_parts_equals_dealing_at_once(shares, start, first, second):
    parts = brackets_dealt(shares, start, first) + brackets_dealt(shares, start + first, second)
    assert parts == brackets_dealt(shares, start, first + second)


@given(shares=SHARES, count=st.integers(1, 60))
def test_no_bracket_is_ever_far_from_its_share(shares, count):
    dealt = Counter(brackets_dealt(shares, 0, count))
    for bracket, share in enumerate(shares):
        assert abs(dealt[bracket] - count * share / sum(shares)) < len(shares)


def test_names_are_spread_evenly():
    assert interleaved({"l1": 3, "l2": 3, "dropout": 1}) == ["l1", "l2", "l1", "l2", "dropout", "l1", "l2"]
