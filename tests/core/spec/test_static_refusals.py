"""Kinds that change the structure of a model, or act on its branches, in requests."""

import pytest

from ridgeline.errors import Invalid
from ridgeline.kinds import CATALOGUE
from ridgeline.spec import BUILT_IN, StudySpec, resolve
from ridgeline.spec.models import PublishedModel, parameter_count
from ridgeline.spec.plan import cohort_lanes

RESIDUAL = {"kind": "residual_mlp"}
WIDE = PublishedModel(name="wide", package="demo 1.0", description="Wide.", options={}, refuses={})


def asked(**spec):
    return resolve(StudySpec.model_validate({"dataset": "iris", **spec}), BUILT_IN["iris"], published=[WIDE])


def broken(**spec):
    with pytest.raises(Invalid) as refused:
        asked(**spec)
    return {violation.field: str(violation) for violation in refused.value.violations}


@pytest.mark.parametrize("kind", ["batch_norm", {"kind": "batch_norm"}, {"kind": "batch_norm", "on": 1}])
def test_a_static_kind_is_one_trial_with_it_on(kind) -> None:
    study = asked(regularizers=[kind])
    static = next(each for each in study.regularizers if each.kind == "batch_norm")
    assert static.is_fixed
    assert static.strengths == {"on": 1.0}


@pytest.mark.parametrize("on", [0, [0, 1], [1], {"low": 0, "high": 1}])
@pytest.mark.parametrize("where", ["regularizers", "always"])
def test_off_is_none_and_is_refused_once(on, where) -> None:
    with pytest.raises(Invalid) as refused:
        asked(**{where: [{"kind": "skip", "on": on}]})
    assert [violation.field for violation in refused.value.violations] == [f"{where}.0.on"]


def test_static_kinds_may_be_under_every_trial_and_a_baseline() -> None:
    study = asked(always=["skip", "layer_norm"], regularizers=["shake_drop", "l2"], baseline="shake_shake")
    assert [fixed.strengths for fixed in study.always] == [{"on": 1.0}] * 2
    assert study.baseline.strengths == {"on": 1.0}


@pytest.mark.parametrize("kind", ["stochastic_depth", "shake_drop", "shake_shake"])
def test_what_acts_on_branches_needs_skip_unless_the_model_has_branches(kind) -> None:
    assert list(broken(regularizers=[kind])) == ["regularizers.0"]
    assert "skip" in broken(regularizers=[kind])["regularizers.0"]
    assert list(broken(regularizers=["l2"], always=["batch_norm", kind])) == ["always.1"]
    asked(regularizers=[kind], always=["skip"])
    asked(regularizers=[kind], model=RESIDUAL)


def test_skip_needs_two_neighbours_of_equal_width() -> None:
    told = broken(regularizers=["skip"], model={"kind": "mlp", "hidden": [32, 16]})
    assert list(told) == ["model.hidden"]
    assert "[32, 32]" in told["model.hidden"]
    asked(regularizers=["skip"], model={"kind": "mlp", "hidden": [32, 16, 16]})


def test_batch_norm_needs_two_rows_a_batch() -> None:
    assert list(broken(regularizers=["batch_norm"], training={"batch_size": 1})) == ["training.batch_size"]
    asked(regularizers=["layer_norm"], training={"batch_size": 1})
    mixed = asked(mode="cocktail", training={"batch_size": 1})
    assert "skip" in mixed.ingredients
    assert "batch_norm" not in mixed.ingredients


@pytest.mark.parametrize("kind", [kind for kind, declared in CATALOGUE.items() if "custom" in declared.refuses])
def test_a_custom_model_refuses_them_whatever_it_has_published(kind) -> None:
    assert "regularizers.0" in broken(regularizers=[kind], model={"kind": "custom", "name": "wide"})


@pytest.mark.parametrize(
    ("always", "kind"),
    [("batch_norm", "layer_norm"), ("shake_shake", "stochastic_depth"), ("stochastic_depth", "shake_drop")],
)
def test_kinds_of_which_a_model_has_one_are_not_combined(always, kind) -> None:
    told = broken(regularizers=[kind], always=[always], model=RESIDUAL)
    assert f"must not be combined with {always}" in told["regularizers.0"]


def test_cohorts_are_planned_for_the_largest_structure_of_the_study() -> None:
    wide = {"kind": "mlp", "hidden": [256, 256]}
    plain, shaken = asked(model=wide), asked(model=wide, always=["skip"], regularizers=["l2", "shake_shake"])
    layers = shaken.layers_of(frozenset({"skip", "shake_shake"}))
    assert shaken.layers == plain.layers
    assert parameter_count(layers) == parameter_count(plain.layers) + 256 * 256 + 256
    planned = cohort_lanes(layers, 4, 64, shaken.training.precision, 8 * 2**20)
    assert shaken.plan.cohort_lanes <= planned <= plain.plan.cohort_lanes
