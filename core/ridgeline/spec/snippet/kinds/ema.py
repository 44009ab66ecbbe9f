"""ema in a script: torch's AveragedModel with weights that fade."""

from ridgeline.spec.snippet.asked import Asked
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class Ema(KindScript):
    """Bias-corrected, which get_ema_multi_avg_fn of torch is not."""

    def before_epochs(self, asked: Asked) -> Lines:
        """The n-th parameters have weight (1 - d) / (1 - d^n)."""
        half_life, steps = asked.strength("ema", "half_life"), asked.study.training.steps_per_epoch
        yield f"d = 0.5 ** (1 / ({half_life} * {steps}))  # halves in {half_life} epochs"
        yield "averaged = torch.optim.swa_utils.AveragedModel("
        yield "    model, avg_fn=lambda mean, p, n: mean + (p - mean) * (1 - d) / (1 - d ** (int(n) + 1))"
        yield ")"

    def after_step(self, asked: Asked) -> Lines:  # noqa: ARG002
        """Every step counts."""
        yield "averaged.update_parameters(model)"

    def network(self, asked: Asked) -> str:  # noqa: ARG002
        """The average."""
        return "averaged"
