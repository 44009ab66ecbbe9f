"""Whether a model can take the rows of a data set."""

from collections.abc import Iterator, Sequence
from math import prod

from ridgeline.errors import Invalid, Violation
from ridgeline.spec.facts import DatasetFacts
from ridgeline.spec.models import AnyModel, Conv1d, Conv2d, Custom, PublishedModel


def custom_model(model: AnyModel, published: Sequence[PublishedModel]) -> PublishedModel | None:
    """What is published of a custom model; None for a built-in one.

    Raises:
        Invalid: no worker has it, or its config breaks the published schema.
    """
    if not isinstance(model, Custom):
        return None
    found = next((each for each in published if each.name == model.name), None)
    if found is None:
        names = ", ".join(each.name for each in published) or "none is published: start a worker that has it installed"
        rule = "must be a model that a worker has published"
        raise Invalid([Violation("model.name", rule, model.name, f"use one of: {names}")])
    from jsonschema.validators import validator_for  # noqa: PLC0415  # only custom models need it

    errors = sorted(validator_for(found.options)(found.options).iter_errors(model.config), key=str)
    if errors:
        raise Invalid(
            Violation(
                ".".join(("model", "config", *map(str, error.absolute_path))),
                f"must fit the schema of {model.name} ({error.message})",
                error.instance,
                "see its options among GET /v1/models",
            )
            for error in errors
        )
    return found


def model_refusals(model: AnyModel, facts: DatasetFacts) -> Iterator[Violation]:
    """Every rule that the shape of the rows breaks."""
    if not isinstance(model, Conv1d | Conv2d):
        return
    if model.kernel_size % 2 == 0:
        rule = "must be odd, so that its output is as long as its input"
        yield Violation("model.kernel_size", rule, model.kernel_size, f"use {model.kernel_size + 1}")
    inputs = facts.inputs
    if inputs.categories:
        rule = "must be a model of tables where columns are categorical"
        yield Violation("model.kind", rule, model.kind, "use mlp, or exclude these columns")
        return
    axes = 2 if isinstance(model, Conv1d) else 3
    grid = model.grid(inputs)
    names = "[channels, length]" if axes == 2 else "[channels, height, width]"
    if len(grid) != axes or prod(grid) != inputs.numbers:
        rule = f"must give {names} with a product of {inputs.numbers}, the numbers of a row,"
        yield Violation("model.shape", rule, list(grid), "give the shape of a row")
        return
    least = model.pool ** len(model.channels)
    if min(grid[1:]) < least:
        rule = (
            f"must be at most what the row allows: each stage divides {min(grid[1:])} points by pool {model.pool}, and"
        )
        yield Violation("model.channels", f"{rule} the stages", len(model.channels), "use fewer stages, or pool 1")
