"""The catalogue of regularizers: one declaration a file, one line each here."""

from typing import Annotated

from pydantic import Field

from ridgeline.kinds.dropout import Dropout
from ridgeline.kinds.elastic_net import ElasticNet
from ridgeline.kinds.frozen import Frozen
from ridgeline.kinds.kind import Bounds, Kind, Range, Search, Strength
from ridgeline.kinds.l1 import L1
from ridgeline.kinds.l2 import L2
from ridgeline.kinds.none import NoRegularizer
from ridgeline.kinds.weight_decay import WeightDecay

__all__ = [
    "CATALOGUE",
    "AnyKind",
    "Bounds",
    "Frozen",
    "Kind",
    "Range",
    "Search",
    "Strength",
]

AnyKind = Annotated[
    NoRegularizer | L1 | L2 | ElasticNet | WeightDecay | Dropout,
    Field(discriminator="kind"),
]

CATALOGUE: dict[str, type[Kind]] = {
    kind.name(): kind for kind in (NoRegularizer, L1, L2, ElasticNet, WeightDecay, Dropout)
}
"""Every kind, by the word that requests and answers use for it."""
