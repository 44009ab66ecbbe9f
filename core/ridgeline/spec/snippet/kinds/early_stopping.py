"""early_stopping in a script: a copy of the network after so many epochs."""

from ridgeline.spec.snippet.asked import Asked
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class EarlyStopping(KindScript):
    """The training goes on as it was, so that it can be compared; what is scored is the copy."""

    def after_epoch(self, asked: Asked) -> Lines:
        """The copy."""
        yield f"if epoch == {_epochs(asked) - 1}:"
        yield "    stopped = copy.deepcopy(model)  # early stopping"

    def network(self, asked: Asked) -> str | None:
        """The copy, unless the training ends before."""
        return "stopped" if _epochs(asked) <= asked.study.training.epochs else None


def _epochs(asked: Asked) -> int:
    return int(asked.kinds["early_stopping"]["epochs"])
