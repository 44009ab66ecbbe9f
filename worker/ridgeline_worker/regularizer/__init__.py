"""What a regularizer is to the training step: a formula that acts at one named point of it.

The step calls the points in this order and knows no kind:

1. `Inputs` changes the rows of a step, `Examples` rows and targets;
2. `Connections` multiplies the weights that the forward pass uses;
3. `Activation` multiplies hidden activations in the forward pass, and `HiddenTerm` adds a term of them to the loss
   of each row, as they were before;
   `OnBranch` multiplies residual branches; a `Structure` has changed the model before: `Normalization` stands before
   each nonlinearity, `Blend` mixes doubled branches;
4. `Outputs` adds a term of the outputs to the loss of each row;
5. `Passes` takes forward and backward passes of its own, at the cost of its own lanes only;
6. `Gradient` adds to the gradient of the weights, and `MatrixGradient` to that of each weight matrix;
7. `WholeGradient` changes the gradient of all parameters;
8. `Schedule` scales the learning rate, and `Decay` shrinks the weights beside the update;
9. `Proximal`, `GroupProximal`, `Projection` and `Slow` move the parameters after the update;
10. `Average` keeps what evaluation uses in place of the parameters.

Lanes come first in every tensor; a strength has shape [lanes, 1], so that each lane has its own.
"""

from ridgeline_worker.regularizer.after import (
    Decay,
    GroupProximal,
    InputGroups,
    Projection,
    Proximal,
    Schedule,
    Slow,
    soft_threshold,
)
from ridgeline_worker.regularizer.average import Average
from ridgeline_worker.regularizer.base import Active, Clock, Memory, Noise, Penalty, Purpose, Regularizer, Strengths
from ridgeline_worker.regularizer.examples import Examples, Inputs, RowShape
from ridgeline_worker.regularizer.forward import Activation, Connections, HiddenTerm, Outputs
from ridgeline_worker.regularizer.gradient import Gradient, LanePass, MatrixGradient, Passes, WholeGradient, gram
from ridgeline_worker.regularizer.parts import kept, partnered, patch
from ridgeline_worker.regularizer.structure import (
    Blend,
    Factors,
    Moments,
    Normalization,
    OnBranch,
    Structure,
    linear_decay,
)

__all__ = [
    "Activation",
    "Active",
    "Average",
    "Blend",
    "Clock",
    "Connections",
    "Decay",
    "Examples",
    "Factors",
    "Gradient",
    "GroupProximal",
    "HiddenTerm",
    "InputGroups",
    "Inputs",
    "LanePass",
    "MatrixGradient",
    "Memory",
    "Moments",
    "Noise",
    "Normalization",
    "OnBranch",
    "Outputs",
    "Passes",
    "Penalty",
    "Projection",
    "Proximal",
    "Purpose",
    "Regularizer",
    "RowShape",
    "Schedule",
    "Slow",
    "Strengths",
    "Structure",
    "WholeGradient",
    "gram",
    "kept",
    "linear_decay",
    "partnered",
    "patch",
    "soft_threshold",
]
