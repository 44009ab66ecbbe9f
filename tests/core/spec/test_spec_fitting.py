"""Whether a model can take the rows: told before anything is trained."""

from typing import Any

import pytest

from ridgeline.errors import Invalid, Violation
from ridgeline.spec import BUILT_IN, StudySpec, resolve
from ridgeline.spec.columns import Inputs
from ridgeline.spec.models import PublishedModel

WIDE = PublishedModel(
    name="wide",
    package="acme 1.0",
    description="A wide network.",
    options={
        "type": "object",
        "properties": {"width": {"type": "integer", "minimum": 1}},
        "additionalProperties": False,
    },
    refuses={"dropout": "it has no torch.nn.Dropout"},
)


def submit(model: Any, inputs: Inputs | None = None, **asked: Any):
    facts = BUILT_IN["digits"]
    if inputs is not None:
        facts = facts.model_copy(update={"inputs": inputs})
    return resolve(StudySpec.model_validate({"dataset": "digits", "model": model, **asked}), facts, published=[WIDE])


def refused(*told: Any, **asked: Any) -> dict[str, Violation]:
    with pytest.raises(Invalid) as error:
        submit(*told, **asked)
    return {violation.field: violation for violation in error.value.violations}


class TestConvolutions:
    def test_plain_columns_become_an_image_by_the_shape_that_is_asked_for(self) -> None:
        assert submit({"kind": "conv2d", "shape": [1, 8, 8]}).layers[0].units == 8 * 64

    def test_columns_in_order_are_a_series_of_one_channel(self) -> None:
        assert submit("conv1d").layers[0].units == 16 * 64

    def test_an_array_has_its_own_shape(self) -> None:
        assert submit("conv2d", Inputs(numbers=192, shape=(3, 8, 8))).layers[0].weights == 3 * 9 * 8

    @pytest.mark.parametrize(
        ("model", "inputs", "field", "rule"),
        [
            ("conv2d", None, "model.shape", "must give [channels, height, width] with a product of 64"),
            ({"kind": "conv2d", "shape": [1, 8, 9]}, None, "model.shape", "with a product of 64"),
            ({"kind": "conv1d", "kernel_size": 4}, None, "model.kernel_size", "must be odd"),
            ({"kind": "conv1d", "channels": [4] * 7}, None, "model.channels", "each stage divides 64 points by pool 2"),
            ("conv1d", Inputs(numbers=60, categories=(4,)), "model.kind", "must be a model of tables"),
        ],
    )
    def test_what_does_not_fit_names_the_field_and_the_rule(self, model, inputs, field, rule) -> None:
        assert rule in refused(model, inputs)[field].rule


class TestCustomModels:
    def test_one_that_a_worker_has_published_is_accepted_without_the_kinds_that_it_refuses(self) -> None:
        study = submit({"kind": "custom", "name": "wide", "config": {"width": 3}})
        assert "dropout" not in {regularizer.kind for regularizer in study.regularizers}

    @pytest.mark.parametrize(
        ("model", "asked", "field", "told"),
        [
            ({"name": "deep"}, {}, "model.name", "use one of: wide"),
            ({"name": "wide", "config": {"width": 0}}, {}, "model.config.width", "0 is less than the minimum of 1"),
            ({"name": "wide", "config": {"depth": 1}}, {}, "model.config", "'depth' was unexpected"),
            ({"name": "wide"}, {"regularizers": ["dropout"]}, "regularizers.0", "it has no torch.nn.Dropout"),
        ],
    )
    def test_what_it_cannot_take_is_refused_with_the_reason(self, model, asked, field, told) -> None:
        assert told in str(refused({"kind": "custom", **model}, **asked)[field])
