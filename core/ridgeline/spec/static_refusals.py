"""The rules that kinds which change the model's structure add to a study."""

from collections.abc import Iterable, Iterator

from ridgeline.errors import Violation
from ridgeline.kinds import Kind
from ridgeline.kinds.structure import BATCHING, SKIPPING
from ridgeline.spec.defaults import nowhere_to_skip
from ridgeline.spec.models import AnyModel, Mlp
from ridgeline.spec.resolved import ResolvedTraining
from ridgeline.spec.study import StudySpec


def static_refusals(
    spec: StudySpec, named: Iterable[tuple[str, Kind]], training: ResolvedTraining
) -> Iterator[Violation]:
    """Every such rule that the kinds of a study break, by the field that names each."""
    for field, kind in named:
        if kind.is_static:
            yield from _on(field, kind)
        if kind.kind == SKIPPING:
            yield from _skip(spec.model)
        if kind.kind == BATCHING and training.batch_size < 2:
            rule = "must be at least 2 with batch_norm, which has nothing to normalize one row by,"
            yield Violation("training.batch_size", rule, training.batch_size, "raise it, or use layer_norm")


def _on(field: str, kind: Kind) -> Iterator[Violation]:
    asked = kind.strengths["on"]
    if asked is not None and asked != 1:
        yield Violation(f"{field}.on", "must be 1, since none is where it is off,", asked, "leave it out")


def _skip(model: AnyModel) -> Iterator[Violation]:
    if isinstance(model, Mlp) and nowhere_to_skip(model):
        rule = "must hold two neighbours of equal width with skip, which adds a layer to the one before,"
        yield Violation("model.hidden", rule, list(model.hidden), f"try {[model.hidden[0]] * 2}, or drop skip")
