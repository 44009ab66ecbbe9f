"""snapshot_ensemble in a script: a learning rate that restarts, and a copy of the network at the end of each cycle."""

from typing import ClassVar

from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class SnapshotEnsemble(KindScript):
    """torch's scheduler where all cycles are equally long."""

    uses: ClassVar = frozenset({Use.STEP, Use.SCHEDULE})

    def before_epochs(self, asked: Asked) -> Lines:
        """The scheduler and the copies."""
        steps, cycles = _steps(asked), _cycles(asked)
        if steps % cycles == 0:
            name = "CosineAnnealingWarmRestarts"
            yield f"scheduler = torch.optim.lr_scheduler.{name}(optimizer, T_0={steps // cycles})"
        else:
            yield "scheduler = torch.optim.lr_scheduler.LambdaLR("
            yield f"    optimizer, lambda step: (1 + np.cos(np.pi * (step * {cycles} % {steps}) / {steps})) / 2"
            yield ")"
        yield "snapshots = []"

    def after_step(self, asked: Asked) -> Lines:
        """A copy where a cycle ends."""
        steps, cycles = _steps(asked), _cycles(asked)
        ends = f"step % {steps // cycles} == 0" if steps % cycles == 0 else f"step * {cycles} % {steps} < {cycles}"
        yield "scheduler.step()"
        yield f"if {ends}:  # the end of a cycle"
        yield "    snapshots.append(copy.deepcopy(model).eval())"

    def networks(self, asked: Asked) -> str:  # noqa: ARG002
        """One for each cycle."""
        return "snapshots"


def _steps(asked: Asked) -> int:
    return asked.study.training.epochs * asked.study.training.steps_per_epoch


def _cycles(asked: Asked) -> int:
    return int(asked.kinds["snapshot_ensemble"]["cycles"])
