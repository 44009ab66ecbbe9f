"""elastic_net in a script: soft thresholding and shrinking after the update."""

from typing import ClassVar

from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class ElasticNet(KindScript):
    """A proximal step, which gives exact zeros.  Source: Parikh & Boyd 2014."""

    uses: ClassVar = frozenset({Use.WEIGHTS, Use.ZEROS})

    def before_epochs(self, asked: Asked) -> Lines:
        """Both parts of the penalty."""
        strength, ratio = asked.strength("elastic_net"), asked.strength("elastic_net", "l1_ratio")
        yield f"absolute = {strength} * {ratio}  # of the penalty's |w|"
        yield f"squared = {strength} * (1 - {ratio})  # of its w**2 / 2"

    def proximal(self, asked: Asked) -> Lines:  # noqa: ARG002
        """S(w, t absolute) / (1 + t squared), S soft thresholding."""
        yield "w.copy_(w.sign() * (w.abs() - t * absolute).clamp(min=0) / (1 + t * squared))"
