"""gradient_penalty in a script: a gradient that is differentiated again."""

from typing import ClassVar

from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class GradientPenalty(KindScript):
    """The slope of the outputs along one random direction a row."""

    uses: ClassVar = frozenset({Use.SLOPES, Use.PASSES})

    def examples(self, asked: Asked) -> Lines:
        """The directions, which all passes share."""
        outputs = asked.study.dataset.outputs
        yield f"direction = nn.functional.normalize(torch.randn(len(rows), {outputs}), dim=1)"

    def objective(self, asked: Asked) -> Lines:
        """strength/2 * C mean |d(v.z)/dx|^2, C the number of outputs."""
        strength, outputs = asked.strength("gradient_penalty"), asked.study.dataset.outputs
        if asked.repeats_noise:
            yield "torch.set_rng_state(noise)"
        yield "(slope,) = torch.autograd.grad((model(rows) * direction).sum(), rows, create_graph=True)"
        squares = "slope.square().sum(dim=1)"
        weighted = f"(weight_train[batch] * {squares})" if asked.weighs_rows else squares
        yield f"loss = loss + {strength} / 2 * {outputs} * {weighted}.mean()  # gradient penalty"
