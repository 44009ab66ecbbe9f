"""What a kind of regularizer declares: its strengths, its formula, and where both come from."""

from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    Discriminator,
    Field,
    Strict,
    Tag,
    model_validator,
)
from pydantic.fields import FieldInfo

from ridgeline.kinds.frozen import Frozen

Number = Annotated[float, Strict()]
"""A number and nothing that could be read as one: neither "0.1" nor true."""

Whole = Annotated[int, Strict()]
"""A whole number, likewise."""

Flag = Annotated[bool, Strict()]
"""True or false, and neither "yes" nor 1."""


class Range(Frozen):
    """An interval that is searched."""

    low: Number
    """Lower end, included."""
    high: Number
    """Upper end, included; greater than low."""
    log: Flag = False
    """Whether the logarithm is searched uniformly; needs low > 0."""

    @model_validator(mode="after")
    def _ends_are_ordered(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"low must be less than high but got low={self.low:g} and high={self.high:g}")
        if self.log and self.low <= 0:
            raise ValueError(f"low must be greater than 0 when log is true but got {self.low:g}")
        return self


Values = Annotated[tuple[Number, ...], Field(min_length=1, max_length=1000)]
"""A grid: each value is tried."""


def _form(asked: object) -> str:
    """Which of its three forms a search was written in."""
    if isinstance(asked, Range | dict):
        return "range"
    return "list" if isinstance(asked, list | tuple) else "number"


Search = Annotated[
    Annotated[Number, Tag("number")] | Annotated[Values, Tag("list")] | Annotated[Range, Tag("range")],
    Discriminator(_form),
]
"""A number fixes, a list is a grid, a range is searched."""

Strength = Search | None
"""How a strength is asked for; null means the default range of its kind."""


class Bounds(Frozen):
    """What is known of one strength: where it makes sense, where it does nothing, where to look.

    A strength in epochs scales with the training: `high` and `default` are then multiples of its epochs.
    """

    low: float
    """Lower end of the default range."""
    high: float
    """Upper end of the default range."""
    log: bool
    """Whether the default range is searched on a log scale."""
    default: float
    """A conventional value."""
    neutral: float | None
    """The value that it has where the kind is off: with all its strengths there, a kind changes nothing.

    Null stands for infinity.
    """
    minimum: float
    """Smallest legal value; included unless `minimum_excluded`."""
    minimum_excluded: bool = False
    """Whether `minimum` itself is illegal."""
    maximum: float | None = None
    """Largest legal value; included unless `maximum_excluded`; null: no limit."""
    maximum_excluded: bool = False
    """Whether `maximum` itself is illegal."""
    per_epochs: bool = False
    """Whether `high` and `default` are multiples of the training's epochs."""
    more_is_stronger: bool = True
    """Whether a larger value regularizes more."""
    unit: str = ""
    """Unit, such as epochs; empty: none."""
    whole: bool = False
    """Whether only whole numbers make sense; others are refused, and a range is searched in whole numbers."""
    read_off: bool = False
    """Whether, when it is not asked for, it is read off the scores of one trial after each epoch; then nothing is
    searched."""

    def range(self, epochs: int) -> Range:
        """The default range for a training of so many epochs."""
        return Range(
            low=self.low,
            high=self.high * (epochs if self.per_epochs else 1),
            log=self.log,
        )

    def default_value(self, epochs: int) -> float:
        """The default strength for a training of so many epochs."""
        return self.default * (epochs if self.per_epochs else 1)

    def rule(self) -> str:
        """The legal values in words, such as `must be at least 0 and less than 1`."""
        whole = "a whole number " if self.whole else ""
        low = f"must be {whole}{'greater than' if self.minimum_excluded else 'at least'} {self.minimum:g}"
        if self.maximum is None:
            return low
        return f"{low} and {'less than' if self.maximum_excluded else 'at most'} {self.maximum:g}"

    def allows(self, value: float) -> bool:
        """Whether a strength may have this value."""
        if self.whole and not float(value).is_integer():
            return False
        above = value > self.minimum if self.minimum_excluded else value >= self.minimum
        if self.maximum is None:
            return above
        return above and (value < self.maximum if self.maximum_excluded else value <= self.maximum)


EXAMPLE_EPOCHS = 50
"""The training that examples are written for: the default."""


def declare(meaning: str, bounds: Bounds) -> Any:
    """The field of a strength: null by default, described with its range for the OpenAPI page."""
    rescaled = " times the epochs" if bounds.per_epochs else ""
    unasked = "Null: read off the scores of one trial after each epoch. " if bounds.read_off else ""
    scale = "log" if bounds.log else "uniform"
    return Field(
        default=None,
        description=(
            f"{meaning} A number fixes it, a list is a grid, a range is searched; each value {bounds.rule()}. "
            f"{unasked}Default range: {bounds.low:g} to {bounds.high:g}{rescaled} ({scale})."
        ),
        examples=[bounds.range(EXAMPLE_EPOCHS).model_dump(), bounds.default_value(EXAMPLE_EPOCHS)],
        json_schema_extra={"x-bounds": bounds.model_dump(mode="json")},
    )


def switch(meaning: str) -> Any:
    """The field of the one strength of a static kind: 1 is on, and 0 is where it changes nothing."""
    bounds = Bounds(low=0.0, high=1.0, log=False, default=1.0, neutral=0.0, minimum=0.0, maximum=1.0, whole=True)
    return Field(
        default=None,
        description=f"{meaning} It is on wherever it is named: leave it out, or write 1.",
        examples=[1],
        json_schema_extra={"x-bounds": bounds.model_dump(mode="json")},
    )


def asked_numbers(search: Strength) -> tuple[float, ...]:
    """Every number that a request names for a strength; of a range its ends."""
    match search:
        case None:
            return ()
        case Range():
            return (search.low, search.high)
        case tuple():
            return search
        case _:
            return (search,)


class Kind(Frozen):
    """A type of regularizer, as a request asks for it; its class attributes are its catalogue entry."""

    kind: str

    title: ClassVar[str]
    formula: ClassVar[str]
    acts_on: ClassVar[str]
    source: ClassVar[str]
    pytorch: ClassVar[str]
    """The same thing in plain PyTorch, or why PyTorch has none."""
    relative_cost: ClassVar[float]
    """Cost of a training step relative to none by its count of operations; `benchmarks/kinds.py` measures it."""
    simplicity: ClassVar[int] = 6
    """Order of preference among equals, before cost and name; the lower is the simpler."""
    in_default_set: ClassVar[bool] = False
    """Whether it takes part in a study of mode single that names no regularizers."""
    in_default_cocktail: ClassVar[bool] = False
    """The same of mode cocktail: the ingredients of Kadra et al., NeurIPS 2021."""
    refuses: ClassVar[dict[str, str]] = {}
    """Kinds of models that it cannot act on, each with the reason."""
    refuses_tasks: ClassVar[dict[str, str]] = {}
    """Tasks where it makes no sense, each with the reason."""
    excludes: ClassVar[tuple[str, ...]] = ()
    """Kinds that it is not combined with."""
    requires: ClassVar[tuple[str, ...]] = ()
    """Kinds that it needs beside it, unless the model has by itself what they give."""
    built_into: ClassVar[tuple[str, ...]] = ()
    """Kinds of models that have by themselves what it gives."""
    is_static: ClassVar[bool] = False
    """Whether it changes the structure of the model: its one strength is `on`, and lanes with and without it train
    in cohorts of their own."""
    elsewhere: ClassVar[dict[str, str]]
    """The same thing in other libraries, or that they have none."""
    bounds: ClassVar[dict[str, Bounds]] = {}

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        cls.bounds = {
            name: Bounds.model_validate(_extra(field)["x-bounds"])
            for name, field in cls.model_fields.items()
            if "x-bounds" in _extra(field)
        }

    @classmethod
    def name(cls) -> str:
        """The word for this kind in requests and answers."""
        return str(cls.model_fields["kind"].default)

    @property
    def strengths(self) -> dict[str, Strength]:
        """What was asked for each strength, by name."""
        return {name: getattr(self, name) for name in self.bounds}

    @model_validator(mode="after")
    def _strengths_are_legal(self) -> Self:
        for name, bounds in self.bounds.items():
            for value in asked_numbers(getattr(self, name)):
                if not bounds.allows(value):
                    raise ValueError(f"{name} {bounds.rule()} but got {value:g}")
        return self


def _extra(field: FieldInfo) -> dict[str, Any]:
    return field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
