"""The catalogue says what the science says, and refuses what cannot be."""

from typing import get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from ridgeline.kinds import CATALOGUE, AnyKind, Range, structure_of
from ridgeline.kinds.structure import STATIC
from ridgeline.spec.metrics import Task
from ridgeline.spec.models import MODELS

ANY_KIND = TypeAdapter(AnyKind)

DECLARED = {
    # kind: {strength: (low, high, log, default, neutral)}; in epochs of a training of 50
    "none": {},
    "l1": {"strength": (1e-6, 1e-1, True, 1e-4, 0)},
    "l2": {"strength": (1e-6, 1, True, 1e-4, 0)},
    "elastic_net": {"strength": (1e-6, 1e-1, True, 1e-4, 0), "l1_ratio": (0.05, 0.95, False, 0.5, 0.5)},
    "weight_decay": {"tau": (0.5, 100, True, 50, None)},
    "dropout": {"rate": (0.02, 0.8, False, 0.2, 0)},
    "group_lasso": {"strength": (1e-5, 1, True, 1e-3, 0)},
    "max_norm": {"limit": (0.5, 10, True, 3, None)},
    "input_dropout": {"rate": (0.02, 0.5, False, 0.1, 0)},
    "gaussian_dropout": {"rate": (0.02, 0.7, False, 0.2, 0)},
    "dropconnect": {"rate": (0.02, 0.6, False, 0.2, 0)},
    "input_noise": {"sigma": (0.01, 1, True, 0.1, 0)},
    "cutout": {"ratio": (0.05, 0.5, False, 0.2, 0)},
    "mixup": {"alpha": (0.05, 2, True, 0.2, 0)},
    "cutmix": {"probability": (0.05, 1, False, 0.5, 0)},
    "label_smoothing": {"epsilon": (0.005, 0.3, True, 0.1, 0)},
    "confidence_penalty": {"strength": (1e-3, 1, True, 0.1, 0)},
    "fgsm": {"epsilon": (0.001, 0.3, True, 0.01, 0)},
    "gradient_penalty": {"strength": (1e-4, 10, True, 0.01, 0)},
    "sam": {"rho": (0.005, 0.5, True, 0.05, 0)},
    "gradient_clipping": {"limit": (0.01, 10, True, 1, None)},
    "gradient_noise": {"scale": (1e-4, 1, True, 0.01, 0)},
    "lookahead": {"k": (5, 10, False, 6, 6), "alpha": (0.5, 0.8, False, 0.5, 1)},
    "ema": {"half_life": (0.5, 10, True, 1, 0)},
    "swa": {"start": (0.5, 0.9, False, 0.75, 1)},
    "snapshot_ensemble": {"cycles": (2, 5, False, 3, 1)},
    "early_stopping": {"epochs": (1, 50, True, 50, None)},
    "activity": {"strength": (1e-6, 1e-1, True, 1e-3, 0)},
    "orthogonality": {"strength": (1e-6, 1e-1, True, 1e-4, 0)},
    "spectral": {"strength": (1e-4, 1, True, 1e-2, 0)},
    "batch_norm": {"on": (0, 1, False, 1, 0)},
    "layer_norm": {"on": (0, 1, False, 1, 0)},
    "skip": {"on": (0, 1, False, 1, 0)},
    "shake_shake": {"on": (0, 1, False, 1, 0)},
    "stochastic_depth": {"rate": (0.02, 0.5, False, 0.1, 0)},
    "shake_drop": {"rate": (0.02, 0.5, False, 0.5, 0)},
}


def test_the_catalogue_and_the_union_hold_the_same_kinds() -> None:
    union, *_ = get_args(AnyKind)
    assert set(get_args(union)) == set(CATALOGUE.values())
    assert CATALOGUE.keys() == DECLARED.keys()


@pytest.mark.parametrize("kind", DECLARED)
class TestEveryKind:
    def test_has_the_ranges_of_the_table(self, kind) -> None:
        bounds = CATALOGUE[kind].bounds
        told = {
            name: (b.range(50).low, b.range(50).high, b.log, b.default_value(50), b.neutral)
            for name, b in bounds.items()
        }
        assert told == DECLARED[kind]

    def test_its_default_and_both_ends_are_legal(self, kind) -> None:
        for name, bounds in CATALOGUE[kind].bounds.items():
            for value in (bounds.low, bounds.default, bounds.high):
                asked = ANY_KIND.validate_python({"kind": kind, name: value})
                assert asked.strengths[name] == value

    def test_says_what_it_is(self, kind) -> None:
        declared = CATALOGUE[kind]
        for text in (declared.title, declared.formula, declared.acts_on, declared.source, declared.pytorch):
            assert text
        assert declared.elsewhere.keys() == {"Keras", "scikit-learn"}
        assert declared.relative_cost >= 1
        assert declared.__doc__

    def test_what_it_refuses_and_excludes_exists(self, kind) -> None:
        declared = CATALOGUE[kind]
        assert declared.refuses.keys() <= {*MODELS, "custom"}
        assert set(declared.built_into) <= MODELS.keys()
        assert all(kind not in (other, *CATALOGUE[other].excludes) for other in declared.requires)
        assert declared.refuses_tasks.keys() <= set(Task)
        assert all(kind in CATALOGUE[other].excludes for other in declared.excludes)

    def test_each_strength_is_described_with_its_rule_and_range(self, kind) -> None:
        properties = CATALOGUE[kind].model_json_schema()["properties"]
        for name, bounds in CATALOGUE[kind].bounds.items():
            told = properties[name]["description"]
            if CATALOGUE[kind].is_static:
                assert "leave it out, or write 1" in told
            else:
                assert bounds.rule() in told
                assert f"Default range: {bounds.low:g} to" in told
            assert properties[name]["examples"]

    def test_refuses_a_strength_of_another_name(self, kind) -> None:
        with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
            ANY_KIND.validate_python({"kind": kind, "nope": 0.1})


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"kind": "l2", "strength": -1}, "strength must be at least 0 but got -1"),
        ({"kind": "l1", "strength": [1e-3, -1e-3]}, "strength must be at least 0 but got -0.001"),
        ({"kind": "dropout", "rate": 1}, "rate must be at least 0 and less than 1 but got 1"),
        ({"kind": "dropout", "rate": {"low": 0.5, "high": 1.0}}, "rate must be at least 0 and less than 1 but got 1"),
        ({"kind": "elastic_net", "l1_ratio": 1.5}, "l1_ratio must be at least 0 and at most 1 but got 1.5"),
        (
            {"kind": "snapshot_ensemble", "cycles": 2.5},
            "cycles must be a whole number at least 1 and at most 20 but got",
        ),
        ({"kind": "lookahead", "k": {"low": 5, "high": 7.5}}, "k must be a whole number at least 1 but got 7.5"),
        ({"kind": "weight_decay", "tau": 0}, "tau must be greater than 0 but got 0"),
        ({"kind": "l2", "strength": {"low": 2, "high": 1}}, "low must be less than high but got low=2 and high=1"),
        ({"kind": "l2", "strength": {"low": 1, "high": 1}}, "low must be less than high"),
        ({"kind": "l2", "strength": {"low": 0, "high": 1, "log": True}}, "low must be greater than 0 when log is true"),
        ({"kind": "l2", "strength": {"low": 0, "high": 1, "step": 1}}, "Extra inputs"),
        ({"kind": "l2", "strength": "0.1"}, "valid number"),
        ({"kind": "l2", "strength": True}, "valid number"),
        ({"kind": "l2", "strength": float("nan")}, "finite number"),
        ({"kind": "l2", "strength": float("inf")}, "finite number"),
        ({"kind": "l2", "strength": [0.1, float("nan")]}, "finite number"),
        ({"kind": "l2", "strength": []}, "at least 1 item"),
        ({"kind": "ridge"}, "does not match any of the expected tags"),
    ],
)
def test_an_illegal_strength_is_refused_with_its_rule_and_value(asked, told) -> None:
    with pytest.raises(ValidationError) as refused:
        ANY_KIND.validate_python(asked)
    assert told in str(refused.value)


def test_a_strength_may_be_a_number_a_list_or_a_range() -> None:
    for asked, expected in (
        (0.5, 0.5),
        (1, 1.0),
        ([0.1, 0.2], (0.1, 0.2)),
        ({"low": 0.1, "high": 1}, Range(low=0.1, high=1)),
    ):
        assert ANY_KIND.validate_python({"kind": "l2", "strength": asked}).strengths == {"strength": expected}
    assert ANY_KIND.validate_python({"kind": "l2"}).strengths == {"strength": None}


def test_the_structure_of_a_setting_is_what_is_on_of_the_kinds_that_declare_themselves_static() -> None:
    assert {kind for kind, declared in CATALOGUE.items() if declared.is_static} == STATIC
    assert all(tuple(CATALOGUE[kind].bounds) == ("on",) for kind in STATIC)
    kinds = {"l2": {"strength": 0.1}, "skip": {"on": 1.0}, "batch_norm": {"on": 0.0}, "shake_drop": {"rate": 0.5}}
    assert structure_of(kinds) == {"skip"}
    assert structure_of({}) == frozenset()


def test_the_default_set_is_the_six_simplest_kinds() -> None:
    default = [kind for kind, declared in CATALOGUE.items() if declared.in_default_set]
    assert default == ["none", "l1", "l2", "elastic_net", "weight_decay", "dropout"]


def test_the_default_cocktail_is_the_paper_s() -> None:
    """Kadra et al., NeurIPS 2021, table 1."""
    mixed = {kind for kind, declared in CATALOGUE.items() if declared.in_default_cocktail} - {"none"}
    averages = {"swa", "lookahead", "snapshot_ensemble"}
    rows = {"mixup", "cutmix", "cutout", "fgsm"}
    assert mixed == {"batch_norm", "weight_decay", "dropout", "skip", "shake_shake", "shake_drop", *averages, *rows}


def test_kinds_are_values() -> None:
    kind = ANY_KIND.validate_python({"kind": "l2", "strength": 0.1})
    with pytest.raises(ValidationError, match="frozen"):
        kind.strength = 0.2
    assert kind == ANY_KIND.validate_python({"kind": "l2", "strength": 0.1})
