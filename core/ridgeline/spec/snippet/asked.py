"""What a script is written from."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ridgeline.spec.columns import Column, ColumnType
from ridgeline.spec.datasets import Dataset
from ridgeline.spec.facts import features_of
from ridgeline.spec.metrics import Task
from ridgeline.spec.models import Encoding
from ridgeline.spec.resolved import ResolvedStudy, Setting

WIDTH = 110
"""Characters of a line, at most, where it can be cut."""


@dataclass(frozen=True)
class Asked:
    """A setting of a study on its data set."""

    study: ResolvedStudy
    dataset: Dataset
    learning_rate: float
    kinds: dict[str, dict[str, float]]
    """Strengths by kind: the setting's own and what is always on."""

    @classmethod
    def of(cls, study: ResolvedStudy, setting: Setting, dataset: Dataset) -> "Asked":
        """The setting with everything that is `always` on in its study."""
        always = {fixed.kind: fixed.strengths for fixed in study.always}
        kinds = (setting.kinds or {"none": {}}) | always
        return cls(study, dataset, setting.learning_rate, kinds)

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
    def has_weights(self) -> bool:
        """Whether rows count differently in the scores."""
        return self.study.dataset.roles.weight is not None

    def type_of(self, name: str) -> ColumnType:
        """What the column of this name holds."""
        return next(column.type for column in self.dataset.columns if column.name == name)

    def strength(self, kind: str, name: str = "strength") -> str:
        """A strength as it is written."""
        return number(self.kinds[kind][name])

    def told(self, kind: str) -> str:
        """A kind with its strengths, in words."""
        strengths = ", ".join(f"{name} {number(value)}" for name, value in self.kinds[kind].items())
        return f"{kind} ({strengths})" if strengths else kind


def number(value: float) -> str:
    """A number with six digits."""
    return f"{value:.6g}"


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
