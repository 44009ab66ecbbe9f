"""What skip does: hidden layers add to what they see."""

from typing import ClassVar

from ridgeline_worker.regularizer import Structure


class Skip(Structure):
    """h <- h + a(h W + b): the model is built so, and the step is the same."""

    kind: ClassVar = "skip"
