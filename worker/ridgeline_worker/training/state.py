"""What a cohort has learned, and how cohorts shrink and join."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.training.lanes import Lane, idle
from ridgeline_worker.training.optimizer import Moments

Matrix = Float[Tensor, "padded columns"]


@dataclass(frozen=True)
class LaneState:
    """All that a cohort has learned: enough to go on anywhere."""

    lanes: tuple[Lane, ...]
    """The real lanes; the matrices have idle rows below them."""
    theta: Matrix
    moments: Moments
    steps: int
    """Steps taken."""
    memory: dict[str, Matrix] = field(default_factory=dict)
    """What kinds remember, by `kind.name`; rows of lanes that do not use the kind mean nothing."""

    def copy(self) -> "LaneState":
        """The same in memory of its own."""
        return LaneState(self.lanes, self.theta.clone(), _cloned(self.moments), self.steps, _cloned(self.memory))

    def keep(self, trials: frozenset[int]) -> "LaneState":
        """The lanes of these trials, moved up into a matrix of their own."""
        kept = [i for i, lane in enumerate(self.lanes) if lane.trial in trials]
        lanes = tuple(self.lanes[i] for i in kept)
        beside = [kept[-1]] * idle(len(kept), self.theta.shape[1])
        rows = torch.tensor([*kept, *beside], device=self.theta.device)
        moments = {name: moment[rows] for name, moment in self.moments.items()}
        used = {kind for lane in lanes for kind in lane.regularizers}
        memory = {name: held[rows] for name, held in self.memory.items() if name.partition(".")[0] in used}
        return LaneState(lanes, self.theta[rows], moments, self.steps, memory)

    @staticmethod
    def join(states: Sequence["LaneState"]) -> "LaneState":
        """The lanes of several cohorts that have taken the same number of steps, in one matrix."""
        lanes = tuple(lane for state in states for lane in state.lanes)
        beside = idle(len(lanes), states[0].theta.shape[1])

        def stacked(matrices: Sequence[Matrix]) -> Matrix:
            real = [matrix[: len(state.lanes)] for matrix, state in zip(matrices, states, strict=True)]
            return torch.cat([*real, real[-1][-1:].expand(beside, -1)])

        moments = {name: stacked([state.moments[name] for state in states]) for name in states[0].moments}
        names = dict.fromkeys(name for state in states for name in state.memory)
        memory = {
            name: stacked([state.memory.get(name, torch.zeros_like(state.theta)) for state in states]) for name in names
        }
        return LaneState(lanes, stacked([state.theta for state in states]), moments, states[0].steps, memory)


class Remembered(Mapping[str, Matrix]):
    """What a kind remembers of some lanes, by its own names; cut out of the matrix when it is asked for."""

    def __init__(self, memory: Mapping[str, Matrix], kind: str, rows: slice) -> None:
        self._memory, self._start, self._rows = memory, f"{kind}.", rows

    def __getitem__(self, name: str) -> Float[Tensor, "rows columns"]:
        return self._memory[self._start + name][self._rows]

    def __iter__(self) -> Iterator[str]:
        return (name.removeprefix(self._start) for name in self._memory if name.startswith(self._start))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _cloned(matrices: Mapping[str, Matrix]) -> dict[str, Matrix]:
    return {name: matrix.clone() for name, matrix in matrices.items()}
