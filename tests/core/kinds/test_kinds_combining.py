"""Which kinds go together."""

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.kinds import CATALOGUE, combining
from ridgeline.kinds.combining import excluded, groups, lacking
from ridgeline.kinds.l1 import L1
from ridgeline.kinds.l2 import L2

KINDS = [kind for kind in CATALOGUE if kind != "none"]
AUGMENTATIONS = ("cutout", "mixup", "cutmix", "fgsm")
AVERAGES = ("ema", "swa", "snapshot_ensemble")


@pytest.mark.parametrize("exclusive", [AUGMENTATIONS, AVERAGES])
def test_of_augmentations_and_of_averages_one_is_on(exclusive) -> None:
    (group,) = groups(exclusive)
    assert group.choices == ((), *((kind,) for kind in group.kinds))
    assert set(group.kinds) == set(exclusive)


@pytest.mark.parametrize("kind", KINDS)
def test_exclusion_goes_both_ways(kind) -> None:
    for other in KINDS:
        assert excluded(kind, other) == excluded(other, kind)
    assert not excluded(kind, kind)


@given(kinds=st.sets(st.sampled_from(KINDS)))
def test_groups_are_chosen_from_independently_and_offer_all_that_goes_together(kinds) -> None:
    cut = groups(kinds)
    assert sorted(kind for group in cut for kind in group.kinds) == sorted(kinds)
    for group, other in combinations(cut, 2):
        assert not any(excluded(ours, theirs) for ours in group.kinds for theirs in other.kinds)
    for group in cut:
        assert group.choices[0] == ()
        assert len(set(group.choices)) == len(group.choices)
        for chosen in group.choices:
            assert not any(excluded(*pair) for pair in combinations(chosen, 2))
            assert not any(lacking(kind, chosen) for kind in chosen)


def test_the_groups_of_the_whole_catalogue_are_small() -> None:
    assert max(len(group.choices) for group in groups(KINDS)) <= 12


class TestRequirements:
    @pytest.fixture
    def catalogue(self, monkeypatch) -> dict[str, Any]:
        """`branch` has something to act on under `path` only; `twin` likewise, and never beside `branch`."""

        class Branch(L1):
            requires = ("path",)

        class Twin(L1):
            requires = ("path",)
            excludes = ("branch",)

        small = {"branch": Branch, "twin": Twin, "path": L2, "l2": L2}
        monkeypatch.setattr(combining, "CATALOGUE", small)
        return small

    def test_what_requires_another_is_on_with_it_only(self, catalogue) -> None:
        branches, l2 = groups(catalogue)
        assert branches.choices == ((), ("path",), ("branch", "path"), ("twin", "path"))
        assert l2.choices == ((), ("l2",))

    def test_what_is_there_anyway_is_not_chosen(self, catalogue) -> None:
        (group,) = groups({"branch", "twin"}, given={"path"})
        assert group.choices == ((), ("branch",), ("twin",))

    def test_without_what_it_requires_it_is_never_on(self, catalogue) -> None:
        assert lacking("branch", {"twin"}) == ("path",)
        assert [group.choices for group in groups({"branch"})] == [((),)]
