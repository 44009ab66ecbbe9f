"""dropconnect in a script: dropout as a parametrization of weights."""

from typing import ClassVar

from ridgeline.spec.models import Conv1d, Conv2d
from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class DropConnect(KindScript):
    """A parametrization is active in training only, as its module is."""

    uses: ClassVar = frozenset({Use.NOISE})

    def around_model(self, asked: Asked) -> Lines:
        """nn.Dropout on each weight matrix."""
        classes = ["nn.Linear"]
        if isinstance(asked.study.model, Conv1d | Conv2d):
            classes.append("nn.Conv1d" if isinstance(asked.study.model, Conv1d) else "nn.Conv2d")
        if asked.embeds:
            classes.append("nn.Embedding")
        told = classes[0] if len(classes) == 1 else f"({', '.join(classes)})"
        dropout = f"nn.Dropout({asked.strength('dropconnect', 'rate')})"
        yield f"for layer in [module for module in model.modules() if isinstance(module, {told})]:"
        yield f'    nn.utils.parametrize.register_parametrization(layer, "weight", {dropout})  # DropConnect'
