"""A mix without each of its ingredients, and each of them alone."""

import pytest

from ridgeline.kinds.combining import excluded, lacking, needed_by, without
from ridgeline.spec import Setting
from ridgeline_worker.verdict.ablation import ablations, alone

SHAKEN = Setting.of({"l2": {"strength": 1e-3}, "skip": {"on": 1.0}, "shake_drop": {"rate": 0.4}}, 1e-3)
KINDS = ["l2", "skip", "shake_drop", "batch_norm"]


@pytest.fixture
def study(verdict_study):
    return verdict_study(mode="cocktail", regularizers=KINDS)


def test_what_lacks_its_requirement_is_taken_out_too(study):
    found = {one.kind: (one.taken_along, one.setting.kinds) for one in ablations(study, SHAKEN, none_rate=0.1)}
    assert found == {
        "l2": ((), {"skip": {"on": 1.0}, "shake_drop": {"rate": 0.4}}),
        "skip": (("shake_drop",), {"l2": {"strength": 1e-3}}),
        "shake_drop": ((), {"l2": {"strength": 1e-3}, "skip": {"on": 1.0}}),
    }


def test_where_nothing_is_left_it_is_none_at_its_own_learning_rate(study):
    pair = Setting.of({"skip": {"on": 1.0}, "shake_drop": {"rate": 0.4}}, 1e-3)
    (skip,) = (one for one in ablations(study, pair, none_rate=0.1) if one.kind == "skip")
    assert skip.setting == Setting(regularizer="none", learning_rate=0.1)


def test_what_the_model_or_every_trial_has_is_not_lacking(verdict_study):
    kinds = ["l2", "shake_drop", "ema"]
    mix = Setting.of({"l2": {"strength": 1e-3}, "shake_drop": {"rate": 0.4}, "ema": {"half_life": 2.0}}, 1e-3)
    for asked in ({"model": {"kind": "residual_mlp"}}, {"always": [{"kind": "skip", "on": 1}]}):
        study = verdict_study(mode="cocktail", regularizers=kinds, **asked)
        assert all(one.taken_along == () for one in ablations(study, mix, none_rate=1e-3))
        assert [set(each.kinds) for each in alone(study, mix)] == [{kind} for kind in mix.kinds]


def test_alone_stands_with_what_it_requires(study):
    assert [set(each.kinds) for each in alone(study, SHAKEN)] == [{"l2"}, {"skip"}, {"skip", "shake_drop"}]


def test_of_two_none_is_tried_alone(study):
    assert list(alone(study, Setting.of({"l2": {"strength": 1e-3}, "skip": {"on": 1.0}}, 1e-3))) == []


def test_nothing_that_is_left_of_any_choice_lacks_or_excludes_anything(verdict_study):
    study = verdict_study(mode="cocktail", regularizers=[*KINDS, "shake_shake", "stochastic_depth", "mixup", "cutout"])
    for group in study.groups:
        for choice in group.choices:
            for kind in choice:
                for part in (without(choice, kind), needed_by(choice, kind)):
                    assert not any(lacking(each, part) for each in part)
                    assert not any(excluded(a, b) for a in part for b in part if a != b)
                assert kind not in without(choice, kind)
                assert kind in needed_by(choice, kind)
