"""layer_norm in a script: nn.LayerNorm in front of each hidden activation."""

from ridgeline.spec.snippet.asked import Asked
from ridgeline.spec.snippet.kinds.script import KindScript


class LayerNorm(KindScript):
    """Over channels and places it is nn.GroupNorm with one group."""

    def normalization(self, asked: Asked, units: str, axes: int) -> str:  # noqa: ARG002
        """PyTorch's own."""
        return f"nn.GroupNorm(1, {units})" if axes else f"nn.LayerNorm({units})"
