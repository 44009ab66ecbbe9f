"""The error of a study whose rows turn out not to serve."""

from ridgeline.errors import RidgelineError


class Unusable(RidgelineError):
    """Only dealing the rows shows that a study cannot run on them."""

    kind = "unusable"
