"""What each kind does: one formula a file, one line each here."""

from ridgeline_worker.regularizer import Regularizer
from ridgeline_worker.regularizers.activity import Activity
from ridgeline_worker.regularizers.batch_norm import BatchNorm
from ridgeline_worker.regularizers.confidence_penalty import ConfidencePenalty
from ridgeline_worker.regularizers.cutmix import CutMix
from ridgeline_worker.regularizers.cutout import Cutout
from ridgeline_worker.regularizers.dropconnect import DropConnect
from ridgeline_worker.regularizers.dropout import Dropout
from ridgeline_worker.regularizers.early_stopping import EarlyStopping
from ridgeline_worker.regularizers.elastic_net import ElasticNet
from ridgeline_worker.regularizers.ema import Ema
from ridgeline_worker.regularizers.fgsm import Fgsm
from ridgeline_worker.regularizers.gaussian_dropout import GaussianDropout
from ridgeline_worker.regularizers.gradient_clipping import GradientClipping
from ridgeline_worker.regularizers.gradient_noise import GradientNoise
from ridgeline_worker.regularizers.gradient_penalty import GradientPenalty
from ridgeline_worker.regularizers.group_lasso import GroupLasso
from ridgeline_worker.regularizers.input_dropout import InputDropout
from ridgeline_worker.regularizers.input_noise import InputNoise
from ridgeline_worker.regularizers.l1 import L1
from ridgeline_worker.regularizers.l2 import L2
from ridgeline_worker.regularizers.label_smoothing import LabelSmoothing
from ridgeline_worker.regularizers.layer_norm import LayerNorm
from ridgeline_worker.regularizers.lookahead import Lookahead
from ridgeline_worker.regularizers.max_norm import MaxNorm
from ridgeline_worker.regularizers.mixup import Mixup
from ridgeline_worker.regularizers.orthogonality import Orthogonality
from ridgeline_worker.regularizers.sam import Sam
from ridgeline_worker.regularizers.shake_drop import ShakeDrop
from ridgeline_worker.regularizers.shake_shake import ShakeShake
from ridgeline_worker.regularizers.skip import Skip
from ridgeline_worker.regularizers.snapshot_ensemble import SnapshotEnsemble
from ridgeline_worker.regularizers.spectral import Spectral
from ridgeline_worker.regularizers.stochastic_depth import StochasticDepth
from ridgeline_worker.regularizers.swa import Swa
from ridgeline_worker.regularizers.weight_decay import WeightDecay

REGULARIZERS: dict[str, Regularizer] = {
    regularizer.kind: regularizer
    for regularizer in (
        L1(),
        L2(),
        ElasticNet(),
        WeightDecay(),
        Dropout(),
        GroupLasso(),
        MaxNorm(),
        InputDropout(),
        GaussianDropout(),
        DropConnect(),
        InputNoise(),
        Cutout(),
        Mixup(),
        CutMix(),
        LabelSmoothing(),
        ConfidencePenalty(),
        Activity(),
        Fgsm(),
        GradientPenalty(),
        Sam(),
        Orthogonality(),
        Spectral(),
        GradientClipping(),
        GradientNoise(),
        Lookahead(),
        Ema(),
        Swa(),
        SnapshotEnsemble(),
        EarlyStopping(),
        BatchNorm(),
        LayerNorm(),
        Skip(),
        ShakeShake(),
        StochasticDepth(),
        ShakeDrop(),
    )
}
"""The formula of every kind but none, by its name."""
