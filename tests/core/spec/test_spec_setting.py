"""A setting: which kinds act with which strengths, whatever words it is written in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ridgeline.kinds import CATALOGUE
from ridgeline.spec import Setting

MIX = {"l2.strength": 1e-4, "elastic_net.strength": 1e-3, "elastic_net.l1_ratio": 0.5}
KINDS = [kind for kind in CATALOGUE if kind != "none"]


def test_a_mix_names_its_kinds_with_dots_and_orders_them_as_the_catalogue() -> None:
    setting = Setting(regularizer="cocktail", strengths=dict(reversed(MIX.items())), learning_rate=0.01)
    assert setting.kinds == {"l2": {"strength": 1e-4}, "elastic_net": {"l1_ratio": 0.5, "strength": 1e-3}}
    assert list(setting.kinds) == ["l2", "elastic_net"]


def test_a_single_kind_acts_alone_and_none_does_not_act() -> None:
    assert Setting(regularizer="l2", strengths={"strength": 0.1}, learning_rate=1).kinds == {"l2": {"strength": 0.1}}
    assert Setting(regularizer="none", learning_rate=1).kinds == {}


@given(chosen=st.lists(st.sampled_from(KINDS), unique=True, max_size=5), value=st.floats(0, 1))
def test_what_kinds_make_a_setting_is_what_it_says(chosen, value) -> None:
    kinds = {kind: dict.fromkeys(CATALOGUE[kind].bounds, value) for kind in chosen}
    setting = Setting.of(kinds, 0.01)
    assert setting.kinds == kinds
    assert setting.regularizer == {0: "none", 1: "".join(chosen)}.get(len(chosen), "cocktail")
    assert Setting.of(dict(reversed(kinds.items())), 0.01) == setting


def test_the_same_training_has_the_same_key_in_any_words() -> None:
    alone = Setting(regularizer="l2", strengths={"strength": 0.1}, learning_rate=1)
    dotted = Setting(regularizer="cocktail", strengths={"l2.strength": 0.1}, learning_rate=1)
    assert alone.key == dotted.key
    others = [
        Setting(regularizer="l1", strengths={"strength": 0.1}, learning_rate=1),
        Setting(regularizer="l2", strengths={"strength": 0.2}, learning_rate=1),
        Setting(regularizer="l2", strengths={"strength": 0.1}, learning_rate=2),
        Setting(regularizer="none", learning_rate=1),
    ]
    assert len({alone.key, *(other.key for other in others)}) == 5


@pytest.mark.parametrize(
    ("strengths", "told"),
    [
        ({}, "must name a kind or more of a cocktail but got none"),
        ({"strength": 0.1}, "must name strengths of known kinds but got strength."),
        ({"ridge.strength": 0.1}, "must name strengths of known kinds but got ridge.strength"),
        ({"l2.rate": 0.1}, "must name strength of l2 but got l2.rate"),
        ({"elastic_net.strength": 0.1}, "must name strength, l1_ratio of elastic_net but got elastic_net.strength"),
        ({"none.strength": 0.1}, "must name strengths of known kinds"),
    ],
)
def test_a_mix_with_other_names_is_refused(strengths, told) -> None:
    with pytest.raises(ValidationError) as refused:
        Setting(regularizer="cocktail", strengths=strengths, learning_rate=1)
    assert told in str(refused.value)
