"""How each kind is written in a script: one kind a file, one line each here."""

from ridgeline.spec.snippet.kinds.activity import Activity
from ridgeline.spec.snippet.kinds.batch_norm import BatchNorm
from ridgeline.spec.snippet.kinds.confidence_penalty import ConfidencePenalty
from ridgeline.spec.snippet.kinds.cutmix import CutMix
from ridgeline.spec.snippet.kinds.cutout import Cutout
from ridgeline.spec.snippet.kinds.dropconnect import DropConnect
from ridgeline.spec.snippet.kinds.dropout import Dropout
from ridgeline.spec.snippet.kinds.early_stopping import EarlyStopping
from ridgeline.spec.snippet.kinds.elastic_net import ElasticNet
from ridgeline.spec.snippet.kinds.ema import Ema
from ridgeline.spec.snippet.kinds.fgsm import Fgsm
from ridgeline.spec.snippet.kinds.gaussian_dropout import GaussianDropout
from ridgeline.spec.snippet.kinds.gradient_clipping import GradientClipping
from ridgeline.spec.snippet.kinds.gradient_noise import GradientNoise
from ridgeline.spec.snippet.kinds.gradient_penalty import GradientPenalty
from ridgeline.spec.snippet.kinds.group_lasso import GroupLasso
from ridgeline.spec.snippet.kinds.input_dropout import InputDropout
from ridgeline.spec.snippet.kinds.input_noise import InputNoise
from ridgeline.spec.snippet.kinds.l1 import L1
from ridgeline.spec.snippet.kinds.l2 import L2
from ridgeline.spec.snippet.kinds.label_smoothing import LabelSmoothing
from ridgeline.spec.snippet.kinds.layer_norm import LayerNorm
from ridgeline.spec.snippet.kinds.lookahead import Lookahead
from ridgeline.spec.snippet.kinds.max_norm import MaxNorm
from ridgeline.spec.snippet.kinds.mixup import Mixup
from ridgeline.spec.snippet.kinds.orthogonality import Orthogonality
from ridgeline.spec.snippet.kinds.sam import Sam
from ridgeline.spec.snippet.kinds.script import KindScript, Lines
from ridgeline.spec.snippet.kinds.shake_drop import ShakeDrop
from ridgeline.spec.snippet.kinds.shake_shake import ShakeShake
from ridgeline.spec.snippet.kinds.skip import Skip
from ridgeline.spec.snippet.kinds.snapshot_ensemble import SnapshotEnsemble
from ridgeline.spec.snippet.kinds.spectral import Spectral
from ridgeline.spec.snippet.kinds.stochastic_depth import StochasticDepth
from ridgeline.spec.snippet.kinds.swa import Swa
from ridgeline.spec.snippet.kinds.weight_decay import WeightDecay

__all__ = ["SCRIPTS", "KindScript", "Lines"]

SCRIPTS: dict[str, KindScript] = {
    "l1": L1(),
    "l2": L2(),
    "elastic_net": ElasticNet(),
    "weight_decay": WeightDecay(),
    "dropout": Dropout(),
    "group_lasso": GroupLasso(),
    "max_norm": MaxNorm(),
    "input_dropout": InputDropout(),
    "gaussian_dropout": GaussianDropout(),
    "dropconnect": DropConnect(),
    "input_noise": InputNoise(),
    "cutout": Cutout(),
    "mixup": Mixup(),
    "cutmix": CutMix(),
    "label_smoothing": LabelSmoothing(),
    "confidence_penalty": ConfidencePenalty(),
    "activity": Activity(),
    "fgsm": Fgsm(),
    "gradient_penalty": GradientPenalty(),
    "sam": Sam(),
    "orthogonality": Orthogonality(),
    "spectral": Spectral(),
    "gradient_clipping": GradientClipping(),
    "gradient_noise": GradientNoise(),
    "lookahead": Lookahead(),
    "ema": Ema(),
    "swa": Swa(),
    "snapshot_ensemble": SnapshotEnsemble(),
    "early_stopping": EarlyStopping(),
    "batch_norm": BatchNorm(),
    "layer_norm": LayerNorm(),
    "skip": Skip(),
    "shake_shake": ShakeShake(),
    "stochastic_depth": StochasticDepth(),
    "shake_drop": ShakeDrop(),
}
"""Every kind that a script can show, but none, by its name."""
