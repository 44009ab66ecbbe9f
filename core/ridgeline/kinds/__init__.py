"""The catalogue of regularizers: one declaration a file, one line each here."""

from typing import Annotated

from pydantic import Field

from ridgeline.kinds.activity import Activity
from ridgeline.kinds.batch_norm import BatchNorm
from ridgeline.kinds.confidence_penalty import ConfidencePenalty
from ridgeline.kinds.cutmix import CutMix
from ridgeline.kinds.cutout import Cutout
from ridgeline.kinds.dropconnect import DropConnect
from ridgeline.kinds.dropout import Dropout
from ridgeline.kinds.early_stopping import EarlyStopping
from ridgeline.kinds.elastic_net import ElasticNet
from ridgeline.kinds.ema import Ema
from ridgeline.kinds.fgsm import Fgsm
from ridgeline.kinds.frozen import Frozen
from ridgeline.kinds.gaussian_dropout import GaussianDropout
from ridgeline.kinds.gradient_clipping import GradientClipping
from ridgeline.kinds.gradient_noise import GradientNoise
from ridgeline.kinds.gradient_penalty import GradientPenalty
from ridgeline.kinds.group_lasso import GroupLasso
from ridgeline.kinds.input_dropout import InputDropout
from ridgeline.kinds.input_noise import InputNoise
from ridgeline.kinds.kind import Bounds, Kind, Range, Search, Strength, asked_numbers
from ridgeline.kinds.l1 import L1
from ridgeline.kinds.l2 import L2
from ridgeline.kinds.label_smoothing import LabelSmoothing
from ridgeline.kinds.layer_norm import LayerNorm
from ridgeline.kinds.lookahead import Lookahead
from ridgeline.kinds.max_norm import MaxNorm
from ridgeline.kinds.mixup import Mixup
from ridgeline.kinds.none import NoRegularizer
from ridgeline.kinds.orthogonality import Orthogonality
from ridgeline.kinds.sam import Sam
from ridgeline.kinds.shake_drop import ShakeDrop
from ridgeline.kinds.shake_shake import ShakeShake
from ridgeline.kinds.skip import Skip
from ridgeline.kinds.snapshot_ensemble import SnapshotEnsemble
from ridgeline.kinds.spectral import Spectral
from ridgeline.kinds.stochastic_depth import StochasticDepth
from ridgeline.kinds.structure import structure_of
from ridgeline.kinds.swa import Swa
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
    "asked_numbers",
    "structure_of",
]

AnyKind = Annotated[
    NoRegularizer
    | L1
    | L2
    | ElasticNet
    | WeightDecay
    | Dropout
    | GroupLasso
    | MaxNorm
    | InputDropout
    | GaussianDropout
    | DropConnect
    | InputNoise
    | Cutout
    | Mixup
    | CutMix
    | LabelSmoothing
    | ConfidencePenalty
    | Activity
    | Fgsm
    | GradientPenalty
    | Sam
    | Orthogonality
    | Spectral
    | GradientClipping
    | GradientNoise
    | Lookahead
    | Ema
    | Swa
    | SnapshotEnsemble
    | EarlyStopping
    | BatchNorm
    | LayerNorm
    | Skip
    | ShakeShake
    | StochasticDepth
    | ShakeDrop,
    Field(discriminator="kind"),
]

CATALOGUE: dict[str, type[Kind]] = {
    kind.name(): kind
    for kind in (
        NoRegularizer,
        L1,
        L2,
        ElasticNet,
        WeightDecay,
        Dropout,
        GroupLasso,
        MaxNorm,
        InputDropout,
        GaussianDropout,
        DropConnect,
        InputNoise,
        Cutout,
        Mixup,
        CutMix,
        LabelSmoothing,
        ConfidencePenalty,
        Activity,
        Fgsm,
        GradientPenalty,
        Sam,
        Orthogonality,
        Spectral,
        GradientClipping,
        GradientNoise,
        Lookahead,
        Ema,
        Swa,
        SnapshotEnsemble,
        EarlyStopping,
        BatchNorm,
        LayerNorm,
        Skip,
        ShakeShake,
        StochasticDepth,
        ShakeDrop,
    )
}
"""Every kind, by the word that requests and answers use for it.  Those that act at one point act in this order."""
