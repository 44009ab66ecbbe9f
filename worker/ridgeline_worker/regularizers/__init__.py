"""What each kind does: one formula a file, one line each here."""

from ridgeline_worker.regularizer import Regularizer
from ridgeline_worker.regularizers.dropout import Dropout
from ridgeline_worker.regularizers.elastic_net import ElasticNet
from ridgeline_worker.regularizers.l1 import L1
from ridgeline_worker.regularizers.l2 import L2
from ridgeline_worker.regularizers.weight_decay import WeightDecay

REGULARIZERS: dict[str, Regularizer] = {
    regularizer.kind: regularizer for regularizer in (L1(), L2(), ElasticNet(), WeightDecay(), Dropout())
}
"""The formula of every kind but none, by its name."""
