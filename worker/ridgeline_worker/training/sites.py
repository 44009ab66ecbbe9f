"""What regularizers do at the named places of a forward pass: in a step, and in evaluation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline.kinds.batch_norm import STATISTICS_ROWS
from ridgeline_worker.models import Sites
from ridgeline_worker.models.model import Branch, Hidden
from ridgeline_worker.regularizer import Active, Blend, Factors, Moments, Noise, Normalization, OnBranch
from ridgeline_worker.regularizers import REGULARIZERS
from ridgeline_worker.training.lanes import Lane, Point, acting_at, active
from ridgeline_worker.training.problem import Problem

Z = Float[Tensor, "lanes rows units *places"]
OfUnits = Float[Tensor, "lanes units"]


def in_structure(structure: frozenset[str], point: type[Point]) -> Point | None:
    """The static kind that acts at a point."""
    found = (REGULARIZERS[kind] for kind in sorted(structure))
    return next((each for each in found if isinstance(each, point)), None)


@dataclass(frozen=True)
class StepSites(Sites):
    """A step of neighbouring lanes, each with its own strengths."""

    on_activations: Callable[[Hidden, int], Hidden]
    on_branches: Sequence[tuple[OnBranch, Active]]
    noise: Callable[[Active], Noise]
    normalization: Normalization | None
    real: Float[Tensor, "lanes rows"] | None
    """1 for each row that is no padding, 0 for the rest; None: none is, or nobody asks."""
    mixed: tuple[Blend, Noise] | None

    def activate(self, hidden: Hidden, site: int) -> Hidden:
        """Hidden activations, multiplied."""
        return self.on_activations(hidden, site)

    def normalize(self, z: Z, gain: OfUnits, shift: OfUnits, site: int) -> Z:  # noqa: ARG002
        """By the moments of this batch."""
        if self.normalization is None:
            return z
        moments = self.normalization.moments(_with_places(z), self.real)
        return self.normalization.scaled(moments, gain, shift).view_as(z)

    def blend(self, one: Hidden, other: Hidden, branch: Branch) -> Hidden:
        """In shares that are drawn."""
        if self.mixed is None:
            return super().blend(one, other, branch)
        regularizer, noise = self.mixed
        first = regularizer.shares(noise, one.shape[1], branch.number)
        rest = Factors(1 - first.forward, 1 - first.backward)
        return first.of(one) + rest.of(other)

    def add(self, hidden: Hidden, added: Hidden, branch: Branch) -> Hidden:
        """The branch, multiplied, on top of what it saw."""
        rows = added.shape[1]
        for regularizer, held in self.on_branches:
            own = regularizer.factors(self.noise(held), rows, branch.number, branch.depth, held.strengths)
            added = own.of(added) if len(own.forward) == len(added) else _among(own, held.span, len(added)).of(added)
        return hidden + added


@dataclass(frozen=True)
class EvaluationSites(Sites):
    """Evaluation of one lane, where nothing is random."""

    on_branches: Sequence[tuple[OnBranch, Active]]
    normalization: Normalization | None
    seen: dict[int, tuple[Tensor, Tensor]] = field(default_factory=dict)
    """Mean and unbiased variance of the first rows that came by, by the place: the training rows, as in update_bn."""

    @classmethod
    def given(cls, lane: Lane, dtype: torch.dtype, seen: Mapping[int, tuple[Tensor, Tensor]]) -> "EvaluationSites":
        """With moments that are known."""
        return cls(
            _on_branches(lane, dtype, torch.device("cpu")), in_structure(lane.structure, Normalization), dict(seen)
        )

    @classmethod
    def of(cls, problem: Problem, theta: Float[Tensor, "1 columns"], lane: Lane) -> "EvaluationSites":
        """With the moments of the lane's training rows under these parameters, where a normalization asks for them."""
        branches = _on_branches(lane, problem.dtype, problem.device)
        sites = cls(branches, in_structure(problem.structure, Normalization))
        if sites.normalization is not None and sites.normalization.is_of_rows:
            position = problem.evaluations.index(lane.evaluation)
            count = problem.rows.counts[position]
            rows = min(count, STATISTICS_ROWS)
            places = torch.arange(rows, device=problem.device) * count // rows
            with torch.no_grad():
                problem.model.forward(problem.layout.views(theta), problem.rows.x[position, places].unsqueeze(0), sites)
        return sites

    def normalize(self, z: Z, gain: OfUnits, shift: OfUnits, site: int) -> Z:
        """By each row's own moments, or by those of the training rows."""
        if self.normalization is None:
            return z
        held = _with_places(z)
        if site in self.seen:
            mean, variance = self.seen[site]
            moments = Moments(held - mean, mean, variance)
        else:
            moments = self.normalization.moments(held, None)
            if self.normalization.is_of_rows:
                count = held.shape[1] * held.shape[3]
                self.seen[site] = moments.mean, moments.variance * (count / max(1, count - 1))
        return self.normalization.scaled(moments, gain, shift).view_as(z)

    def add(self, hidden: Hidden, added: Hidden, branch: Branch) -> Hidden:
        """The branch, times the mean of its factor, on top of what it saw."""
        for regularizer, held in self.on_branches:
            mean = regularizer.expected(branch.depth, held.strengths)
            added = added if mean is None else added * mean.unsqueeze(2)
        return hidden + added


def _on_branches(lane: Lane, dtype: torch.dtype, device: torch.device) -> Sequence[tuple[OnBranch, Active]]:
    """What acts on the branches of a lane."""
    kinds = [kind for kind in lane.regularizers if isinstance(REGULARIZERS.get(kind), OnBranch)]
    return acting_at([active(kind, [lane], slice(0, 1), dtype, device) for kind in kinds], OnBranch)


def _with_places(z: Z) -> Float[Tensor, "lanes rows units places"]:
    return z.unsqueeze(3) if z.ndim == 3 else z.flatten(3)


def _among(own: Factors, span: slice, lanes: int) -> Factors:
    """The factors of some lanes among all, where the others have 1."""

    def whole(factor: Float[Tensor, "span rows"]) -> Float[Tensor, "lanes rows"]:
        held = factor.new_ones(lanes, factor.shape[1])
        held[span] = factor
        return held

    forward = whole(own.forward)
    return Factors(forward, forward if own.backward is own.forward else whole(own.backward))
