"""Bodies of requests about a study that exists."""

from typing import Annotated

from pydantic import Field

from ridgeline.kinds import Frozen
from ridgeline.kinds.kind import Whole
from ridgeline.spec.study import MAX_TRIALS, Tag


class StudyEdit(Frozen):
    """What may be changed of a study at any time."""

    name: Annotated[str | None, Field(min_length=1, max_length=200, examples=["wdbc, second try"])] = None
    """The new name, 1 to 200 characters; null: as it is."""
    tags: Annotated[
        dict[Tag, Annotated[str, Field(max_length=200)]] | None, Field(max_length=32, examples=[{"team": "b"}])
    ] = None
    """All labels from now on, at most 32; null: as they are."""


class Extension(Frozen):
    """A larger budget."""

    max_trials: Annotated[Whole, Field(ge=1, le=MAX_TRIALS, examples=[256])]
    """The new total of settings started, 1 to 100000; the present one changes nothing, a lower one is refused."""
