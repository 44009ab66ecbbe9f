"""Networks that are a mere chain of dense layers."""

from dataclasses import dataclass

from ridgeline.spec.models import Activation


@dataclass(frozen=True, slots=True)
class Chain:
    """Dense layers one after another, a nonlinearity between them, and nothing else: its gradient can be written out.

    Parameters are named as `dense` names them: weight0, bias0 and so on.
    """

    layers: int
    outputs: int
    """Of the last layer, without those that alignment adds."""
    activation: Activation
