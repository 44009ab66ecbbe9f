"""What may be searched and trained."""

from typing import Any

from ridgeline.kinds import Bounds, Frozen


class StrengthView(Frozen):
    """One strength of a kind."""

    name: str
    """Its name in requests and answers."""
    meaning: str
    """What it does and how it may be asked for."""
    bounds: Bounds
    """Legal values, the default, and the default range."""


class RegularizerView(Frozen):
    """A kind of the catalogue."""

    kind: str
    """The word for it in requests and answers."""
    title: str
    """Its name in words."""
    formula: str
    """What it does to the loss, the update or the activations."""
    acts_on: str
    """Which tensors it touches."""
    strengths: tuple[StrengthView, ...]
    """Its numbers; none has none."""
    refuses: dict[str, str]
    """Kinds of models that it cannot act on, each with the reason."""
    refuses_tasks: dict[str, str]
    """Tasks where it makes no sense, each with the reason."""
    excludes: tuple[str, ...]
    """Kinds that it is not combined with."""
    requires: tuple[str, ...]
    """Kinds that it needs beside it, unless the model has by itself what they give."""
    is_static: bool
    """Whether it changes the structure of the model; its one strength is then `on`."""
    in_default_set: bool
    """Whether it takes part in a study of mode single that names no regularizers."""
    in_default_cocktail: bool
    """The same of mode cocktail."""
    relative_cost: float
    """Cost of a training step relative to none by its count of operations, not as measured on a machine."""
    pytorch: str
    """The same in plain PyTorch, or why there is none."""
    elsewhere: dict[str, str]
    """The same in other libraries, or that they have none."""
    source: str
    """Where it was described."""


class ModelView(Frozen):
    """A model of the catalogue."""

    kind: str
    """The word for it in requests and answers; custom models share one, and have a name."""
    name: str | None = None
    """Name of a custom model; null: built in."""
    description: str
    """What it is."""
    options: dict[str, Any]
    """JSON schema of its options."""
    regularizers: tuple[str, ...]
    """Kinds that apply."""
    refuses: dict[str, str]
    """Kinds that do not apply, each with the reason."""
    package: str | None = None
    """Distribution that a custom model comes from; null: built in."""
