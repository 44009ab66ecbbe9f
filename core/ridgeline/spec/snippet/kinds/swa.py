"""swa in a script: torch's AveragedModel over the ends of the last epochs."""

from ridgeline.spec.snippet.asked import Asked
from ridgeline.spec.snippet.kinds.script import KindScript, Lines

ALMOST = 1e-4
"""A start this close below the end of an epoch is that end: 0.7 * 10 epochs are 7 in any precision."""


class Swa(KindScript):
    """PyTorch's own."""

    def before_epochs(self, asked: Asked) -> Lines:  # noqa: ARG002
        """The average, empty."""
        yield "averaged = torch.optim.swa_utils.AveragedModel(model)"

    def after_epoch(self, asked: Asked) -> Lines:
        """Epochs after the start."""
        start = asked.strength("swa", "start")
        first = int(asked.kinds["swa"]["start"] * asked.study.training.epochs + ALMOST)
        yield f"if epoch >= {first}:  # after {start} of the epochs"
        yield "    averaged.update_parameters(model)"

    def network(self, asked: Asked) -> str | None:
        """The average, unless no epoch is left for it."""
        first = int(asked.kinds["swa"]["start"] * asked.study.training.epochs + ALMOST)
        return "averaged" if first < asked.study.training.epochs else None
