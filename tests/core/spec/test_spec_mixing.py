"""Resolving a cocktail: what can be mixed, what is refused, how many mixes there are."""

from typing import Any

import pytest

from ridgeline.errors import Invalid, Violation
from ridgeline.kinds import CATALOGUE, combining
from ridgeline.kinds.dropout import Dropout
from ridgeline.spec import BUILT_IN, ResolvedStudy, Setting, StudySpec, resolve
from ridgeline.spec.mixing import by_default, mixes_of

L2 = {"kind": "l2", "strength": [0.1, 0.01]}
DROPOUT = {"kind": "dropout", "rate": 0.5}
AVERAGES = ["ema", "swa", "snapshot_ensemble"]


def mixed(**asked: Any) -> ResolvedStudy:
    spec = {"dataset": "iris", "mode": "cocktail"} | asked
    return resolve(StudySpec.model_validate(spec), BUILT_IN["iris"])


def ingredients(**asked: Any) -> set[str]:
    return set(mixed(**asked).ingredients)


def refused(**asked: Any) -> dict[str, Violation]:
    with pytest.raises(Invalid) as error:
        mixed(**asked)
    return {violation.field: violation for violation in error.value.violations}


def test_a_resolved_mix_is_stored_as_it_is() -> None:
    study = mixed(regularizers=["l1", "l2", "dropout"])
    assert all(group.choices == ((), group.kinds) for group in study.groups)
    assert ResolvedStudy.model_validate_json(study.model_dump_json()) == study


def test_kinds_that_exclude_each_other_are_one_choice() -> None:
    study = mixed(regularizers=["l2", *AVERAGES])
    assert [len(group.choices) for group in study.groups] == [2, 4]


@pytest.mark.parametrize(
    ("asked", "field", "told"),
    [
        ({"regularizers": ["none"]}, "regularizers", "must name two kinds or more to mix, besides none,"),
        ({"regularizers": ["none", "l2"]}, "regularizers", "must name two kinds or more to mix"),
        ({"regularizers": AVERAGES}, "regularizers", "must hold two kinds that can be on together"),
        ({"sampler": "gp"}, "sampler.kind", "must take strengths that come and go with their kinds"),
        ({"regularizers": list(CATALOGUE), "sampler": "grid"}, "sampler.kind", "must give at most 100000 mixes"),
        ({"regularizers": ["l1", "l2", "ema"], "sampler": {"kind": "grid", "points": 60}}, "sampler.points", "45"),
        ({"regularizers": ["l2", "ema"], "always": ["swa"]}, "regularizers.1", "must not be combined with swa"),
        ({"regularizers": ["l2", "dropout"], "model": "linear"}, "regularizers.1", "must apply to a linear model"),
        ({"regularizers": ["l1", "l2"], "budget": {"max_trials": 3}}, "budget.max_trials", "must be at least 4"),
        ({"regularizers": ["l2", "l2"]}, "regularizers", "must name each kind once"),
    ],
)
def test_what_cannot_be_mixed_is_refused_with_advice(asked, field, told) -> None:
    violation = refused(**asked)[field]
    assert told in str(violation)
    assert violation.remedy


def test_a_budget_holds_every_kind_alone_and_a_mix() -> None:
    asked: dict[str, Any] = {
        "regularizers": ["l1", "l2"],
        "baseline": {"kind": "dropout", "rate": 0.5},
        "training": {"learning_rate": [0.01, 0.1]},
    }
    assert "at least 7" in str(refused(**asked, budget={"max_trials": 6})["budget.max_trials"])
    assert mixed(**asked, budget={"max_trials": 7}).budget.max_trials == 7


class TestRequirements:
    @pytest.fixture(autouse=True)
    def dropout_requires_l2(self, monkeypatch) -> None:
        class Under(Dropout):
            requires = ("l2",)

        monkeypatch.setattr(combining, "CATALOGUE", {**CATALOGUE, "dropout": Under})

    def test_a_kind_may_be_mixed_with_what_it_requires(self) -> None:
        study = mixed(regularizers=["dropout", "l2", "l1"])
        assert [group.choices for group in study.groups] == [((), ("l1",)), ((), ("l2",), ("l2", "dropout"))]
        assert by_default(study, "dropout") == {"l2": {"strength": 1e-4}, "dropout": {"rate": 0.2}}

    def test_or_under_what_is_always_there(self) -> None:
        study = mixed(regularizers=["dropout", "l1"], always=["l2"])
        assert [group.choices for group in study.groups] == [((), ("l1",)), ((), ("dropout",))]

    def test_else_it_is_refused(self) -> None:
        asked: dict[str, Any] = {"regularizers": ["dropout", "l1"]}
        told = refused(**asked)["regularizers.0"]
        assert "must have l2 beside it" in str(told)
        assert 'add "l2" to regularizers or to always' in told.remedy
        assert 'add "l2" to always' in refused(**asked, mode="single")["regularizers.0"].remedy

    def test_or_on_a_model_that_has_it_built_in(self, monkeypatch) -> None:
        class BuiltIn(CATALOGUE["l2"]):
            built_into = ("mlp",)

        monkeypatch.setattr(combining, "CATALOGUE", {**combining.CATALOGUE, "l2": BuiltIn})
        study = mixed(regularizers=["dropout", "l1"])
        assert [group.choices for group in study.groups] == [((), ("l1",)), ((), ("dropout",))]


def test_each_kind_has_a_default_inside_its_search() -> None:
    far = {"kind": "l1", "strength": {"low": 0.01, "high": 0.1, "log": True}}
    study = mixed(regularizers=[far, L2, DROPOUT, "elastic_net"])
    assert by_default(study, "l1") == {"l1": {"strength": 0.01}}
    assert by_default(study, "l2") == {"l2": {"strength": 0.01}}
    assert by_default(study, "dropout") == {"dropout": {"rate": 0.5}}
    assert by_default(study, "elastic_net") == {"elastic_net": {"strength": 1e-4, "l1_ratio": 0.5}}


def test_mixes_are_counted_where_they_can_be() -> None:
    assert mixes_of(mixed(regularizers=[L2, DROPOUT])) == (1 + 2) * (1 + 1)
    assert mixes_of(mixed(regularizers=[L2, DROPOUT], training={"learning_rate": [0.1, 0.01]})) == 12
    assert mixes_of(mixed(regularizers=[L2, "dropout"])) is None
    grid = {"kind": "grid", "points": 5}
    assert mixes_of(mixed(regularizers=[L2, "dropout"], sampler=grid)) == (1 + 2) * (1 + 5)
    assert mixes_of(mixed(regularizers=[L2, "ema", "swa"], sampler=grid)) == (1 + 2) * (1 + 5 + 5)


def test_a_mix_carries_the_rate_of_its_weight_decay() -> None:
    study = mixed()
    mix = Setting(regularizer="cocktail", strengths={"weight_decay.tau": 40, "l2.strength": 1}, learning_rate=0.01)
    assert study.derived(mix) == {"weight_decay.rate": pytest.approx(1 / (0.01 * 2 * 40))}


class TestTheDefaultCocktail:
    def test_is_the_paper_s_as_far_as_model_and_task_allow(self) -> None:
        whole = ingredients()
        assert {"skip", "shake_shake", "shake_drop", "batch_norm", "mixup", "weight_decay"} <= whole
        narrowing = ingredients(model={"kind": "mlp", "hidden": [32, 16]})
        assert whole - narrowing == {"skip", "shake_shake", "shake_drop"}
        assert whole - ingredients(model={"kind": "residual_mlp"}) == {"skip"}
        assert "dropout" not in ingredients(model="linear")

    def test_leaves_out_what_does_not_go_with_what_is_under_every_trial(self) -> None:
        assert not {"mixup", "cutmix", "cutout"} & ingredients(always=["fgsm"])
