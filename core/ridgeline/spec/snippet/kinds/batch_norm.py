"""batch_norm in a script: nn.BatchNorm in front of each hidden activation, and the moments that it is scored by."""

from ridgeline.kinds.batch_norm import STATISTICS_ROWS
from ridgeline.spec.snippet.asked import Asked
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class BatchNorm(KindScript):
    """PyTorch's running averages lag behind the weights, and those of averaged weights are of others: one pass more."""

    def definitions(self, asked: Asked) -> Lines:
        """What takes the moments; torch's update_bn would leave dropout on."""
        names = sorted({"nn.BatchNorm1d", _name(asked.axes)})
        told = names[0] if len(names) == 1 else f"({', '.join(names)})"
        rows = "X_train"
        yield "def take_moments(network):"
        yield '    """Make it normalize by the moments of the training rows, with nothing at random."""'
        yield "    network.eval()"
        yield "    for module in network.modules():"
        yield f"        if isinstance(module, {told}):"
        yield "            module.train().momentum = 1  # of the next batch alone"
        if asked.study.dataset.rows > STATISTICS_ROWS:
            yield f"    count = min(len(X_train), {STATISTICS_ROWS})"
            rows = "X_train[torch.arange(count) * len(X_train) // count]"
        yield "    with torch.no_grad():"
        yield f"        network({rows})"
        yield "    network.eval()"

    def normalization(self, asked: Asked, units: str, axes: int) -> str:  # noqa: ARG002
        """PyTorch's own."""
        return f"{_name(axes)}({units})"

    def ready(self, asked: Asked) -> str:  # noqa: ARG002
        """The function above."""
        return "take_moments"


def _name(axes: int) -> str:
    return "nn.BatchNorm2d" if axes == 2 else "nn.BatchNorm1d"
