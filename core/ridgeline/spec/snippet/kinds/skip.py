"""skip in a script: hidden layers as wide as the one before become blocks that add to what they see."""

from ridgeline.spec.snippet.kinds.script import KindScript


class Skip(KindScript):
    """The model is written so: see ridgeline.spec.snippet.block."""
