"""What a study took from earlier ones: the settings that it asks first, and why others were left."""

from ridgeline.kinds import Frozen
from ridgeline.kinds.kind import Number
from ridgeline.spec.states import Evidence, Likeness


class WarmSetting(Frozen):
    """A setting that an earlier study has found."""

    regularizer: str
    """A kind of the catalogue, or cocktail: several kinds together."""
    strengths: dict[str, Number] = {}
    """Each strength of the kind by its name; of a cocktail `kind.name`."""
    learning_rate: Number
    """Step size of the optimizer: of several that this study tries, the nearest to that of the earlier one."""
    study_id: str
    """The earlier study."""
    dataset: str
    """Name of its data set."""
    how: Likeness
    """How alike both studies are."""
    distance: Number
    """Between their data sets: sqrt of the sum of squares of ln(a/b) over rows, input columns and classes; 0 where
    these are equal."""
    evidence: Evidence
    """What speaks for it in the earlier study."""


class LeftOut(Frozen):
    """Something of an earlier study that was not taken."""

    study_id: str
    """The earlier study."""
    reason: str
    """Why."""


class WarmStart(Frozen):
    """The settings that a study asks before its sampler does.  Nothing else of earlier studies is used: no score."""

    settings: tuple[WarmSetting, ...]
    """In the order in which they are asked, after none, the baseline and what is fixed."""
    left_out: tuple[LeftOut, ...] = ()
    """What was not taken, and why."""
