"""What a script is written from."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from math import inf

from ridgeline.kinds import CATALOGUE, structure_of
from ridgeline.spec.columns import Column, ColumnType
from ridgeline.spec.datasets import Dataset
from ridgeline.spec.facts import features_of
from ridgeline.spec.metrics import Task
from ridgeline.spec.models import Conv1d, Conv2d, Encoding
from ridgeline.spec.resolved import ResolvedStudy, Setting

WIDTH = 110
"""Characters of a line, at most, where it can be cut."""


class Use(Enum):
    """What a script has only if some kind of it needs it."""

    WEIGHTS = auto()
    """`weights`: the weight matrices, without biases."""
    WIDTH = auto()
    """`width`: how many numbers a row has in front of the places of its categories, where the model embeds them."""
    FEATURES = auto()
    """`feature`: the column of the table behind each input, where several inputs may share one."""
    GROUPING = auto()
    """`grouping`: for each weight matrix, the group of each of its inputs."""
    STEP = auto()
    """`step`: steps taken, this one included."""
    SCHEDULE = auto()
    """`scheduler`: another learning rate at each step."""
    NOISE = auto()
    """Noise in the forward pass, which all passes of a step have to meet alike."""
    PASSES = auto()
    """A pass beside that of the loss."""
    SLOPES = auto()
    """Rows that can be differentiated by."""
    LOSS_OF = auto()
    """`loss_of(rows)`, to be taken at other rows."""
    ZEROS = auto()
    """How many weights are exactly zero, at the end."""


@dataclass(frozen=True)
class Asked:
    """A setting of a study on its data set."""

    study: ResolvedStudy
    dataset: Dataset
    learning_rate: float
    named: dict[str, dict[str, float]]
    """Strengths by kind: the setting's own and what is always on."""
    uses: frozenset[Use] = frozenset()
    """What its kinds need."""

    @classmethod
    def of(cls, study: ResolvedStudy, setting: Setting, dataset: Dataset) -> "Asked":
        """The setting with everything that is `always` on in its study."""
        always = {fixed.kind: fixed.strengths for fixed in study.always if fixed.kind != "none"}
        return cls(study, dataset, setting.learning_rate, setting.kinds | always)

    @cached_property
    def kinds(self) -> dict[str, dict[str, float]]:
        """Those that change something, in the order in which they act."""
        return {
            kind: self.named[kind]
            for kind in sorted(self.named, key=list(CATALOGUE).index)
            if not _is_neutral(kind, self.named[kind])
        }

    @property
    def task(self) -> Task:
        """What is predicted."""
        return self.study.task

    @property
    def dtype(self) -> str:
        """Type of the tensors."""
        return f"torch.{self.study.training.precision}"

    @property
    def features(self) -> tuple[Column, ...]:
        """The columns that are inputs."""
        return features_of(self.dataset, self.study.dataset.roles)

    @property
    def array(self) -> Column | None:
        """The input, where it is one column of arrays."""
        return next((column for column in self.features if column.type is ColumnType.ARRAY), None)

    @property
    def words(self) -> tuple[Column, ...]:
        """The inputs that are categories."""
        return tuple(column for column in self.features if column.categories)

    @property
    def lacks_values(self) -> bool:
        """Whether some input that is a number is missing in some row."""
        return any(column.missing + column.infinite for column in self.features if column.numbers)

    @property
    def embeds(self) -> bool:
        """Whether the model learns a vector for each category."""
        return bool(self.words) and getattr(self.study.model, "categories", None) is Encoding.EMBEDDING

    @property
    def numbers(self) -> str:
        """What picks the numbers of a row, which may have places of categories behind them."""
        return "[:, :width]" if self.embeds else ""

    @property
    def image(self) -> tuple[int, ...] | None:
        """Channels and sides where a row is one array; None: it is made of columns."""
        shape, model = self.study.dataset.inputs.shape, self.study.model
        if shape is None:
            return None
        if isinstance(model, Conv1d | Conv2d):
            return model.grid(self.study.dataset.inputs)
        return (1, *shape) if len(shape) == 1 else tuple(shape)

    @property
    def axes(self) -> int:
        """Axes of the places that the model convolves over; 0: it does not."""
        return {"conv1d": 1, "conv2d": 2}.get(self.study.model.kind, 0)

    @property
    def feature_count(self) -> int:
        """Columns of the table that are inputs."""
        return len(self.features)

    @property
    def shares_features(self) -> bool:
        """Whether several inputs of the model may come from one column of the table."""
        dates = any(column.type is ColumnType.DATETIME for column in self.features)
        return self.array is None and (self.lacks_values or dates or (bool(self.words) and not self.embeds))

    @property
    def repeats_noise(self) -> bool:
        """Whether several passes of a step have to meet the same noise."""
        return {Use.NOISE, Use.PASSES} <= self.uses

    @property
    def rate(self) -> str:
        """The learning rate of a step."""
        return "scheduler.get_last_lr()[0]" if Use.SCHEDULE in self.uses else number(self.learning_rate)

    @property
    def weighs_rows(self) -> bool:
        """Whether rows count differently in the loss."""
        return self.has_weights or self.study.training.class_weight is not None

    @property
    def has_weights(self) -> bool:
        """Whether rows count differently in the scores."""
        return self.study.dataset.roles.weight is not None

    def type_of(self, name: str) -> ColumnType:
        """What the column of this name holds."""
        return next(column.type for column in self.dataset.columns if column.name == name)

    def strength(self, kind: str, name: str = "strength") -> str:
        """A strength as it is written."""
        return number(self.kinds[kind][name])

    def shares_of_classes(self) -> Iterator[str]:
        """Lines that make targets which can be mixed."""
        if self.task is Task.MULTICLASS:
            yield f"y_train = torch.eye({self.study.dataset.outputs})[y_train]  # shares of the classes, to be mixed"

    def told(self, kind: str) -> str:
        """A kind with its strengths, in words; one that is only on or off by its name where it is on."""
        if structure_of({kind: self.named[kind]}):
            return kind
        strengths = ", ".join(f"{name} {value:.6g}" for name, value in self.named[kind].items())
        return f"{kind} ({strengths})" if strengths else kind


def _is_neutral(kind: str, strengths: Mapping[str, float]) -> bool:
    """Whether it changes nothing."""
    bounds = CATALOGUE[kind].bounds
    neutral = {name: inf if bound.neutral is None else bound.neutral for name, bound in bounds.items()}
    return dict(strengths) == neutral


def number(value: float) -> str:
    """A number with all its digits, and without a decimal point where it is whole."""
    short = f"{value:.6g}"
    return short if float(short) == value else repr(float(value))


def listing(items: Sequence[object], before: str, after: str) -> Iterator[str]:
    """A list between two texts, on one line or cut to lines."""
    one = f"{before}{list(items)!r}{after}"
    if len(one) <= WIDTH:
        yield one
        return
    yield f"{before}["
    yield from wrapped(", ".join(map(repr, items)) + ",", indent="    ")
    yield f"]{after}"


def wrapped(text: str, indent: str = "") -> Iterator[str]:
    """A text cut to lines between words."""
    yield from textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
