"""What group_lasso does: inputs and units without use lose all their outgoing weights after the update."""

from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import GroupProximal, InputGroups, Strengths

LARGE_GROUP = 16
NEWTON_STEPS, NEWTON_STEPS_OF_LARGE_GROUPS = 6, 4
"""For 7 digits of the norm of a group where the steps of its weights differ by up to e^12; the more weights, the
sooner."""


class GroupLasso(GroupProximal):
    """J = L + strength * sum_g sqrt(size_g) |w_g|."""

    kind: ClassVar = "group_lasso"

    def penalty(
        self, w: Float[Tensor, "lanes inputs outputs"], groups: InputGroups, strengths: Strengths
    ) -> Float[Tensor, "lanes"]:
        """strength * sum_g sqrt(size_g) |w_g|."""
        norms = groups.total(w.square().sum(2)).sqrt()
        return strengths["strength"].squeeze(1) * (groups.sizes.sqrt() * norms).sum(1)

    def prox(
        self,
        w: Float[Tensor, "lanes inputs outputs"],
        step: Float[Tensor, "lanes #inputs #outputs"],
        groups: InputGroups,
        strengths: Strengths,
    ) -> Float[Tensor, "lanes inputs outputs"]:
        """w_i theta / (theta + c_i) with c_i = step_i strength sqrt(size), theta the norm of the result.

        A group is zero if norm(w / c) <= 1, else theta solves sum (w_i / (theta + c_i))^2 = 1.  One step size a lane
        gives w max(0, 1 - c / |w|).
        Source: Yuan & Lin 2006; with a step a weight Yun, Lozano & Yang 2021.
        """
        threshold = groups.spread(strengths["strength"] * groups.sizes.sqrt()).unsqueeze(2)
        c = (step * threshold).clamp_(min=torch.finfo(w.dtype).tiny)
        if c.shape[2] == 1:
            norm = groups.spread(groups.total(w.square().sum(2)).sqrt()).unsqueeze(2)
            theta = (norm - c).clamp_(min=0)
        else:
            theta = groups.spread(_norm(w, c, groups)).unsqueeze(2)
        return w * (theta / (theta + c))


def _norm(
    w: Float[Tensor, "lanes inputs outputs"], c: Float[Tensor, "lanes inputs outputs"], groups: InputGroups
) -> Float[Tensor, "lanes groups"]:
    """theta with norm(w / (theta + c)) = 1 for each group that has one, 0 for the others.

    The inverse of that norm is concave in theta, so Newton's method climbs to the solution from below: from 0, or from
    where a weight alone reaches 1, which is the solution where a group has one weight.
    """
    alone = groups.largest((w.abs() - c).amax(2))
    if groups.are_single:
        return alone
    one = w.new_ones(())  # a number of Python would be made into a tensor by each step
    first, norm = _newton(w, c, groups, one)
    theta = torch.fmax(first, alone)  # infinite norms, of weights whose step is 0, lead nowhere
    for _ in range(NEWTON_STEPS if w.shape[2] < LARGE_GROUP else NEWTON_STEPS_OF_LARGE_GROUPS):
        theta.add_(_newton(w, c + groups.spread(theta).unsqueeze(2), groups, one)[0])
    return torch.where(norm > one, theta, 0.0)


def _newton(
    w: Float[Tensor, "lanes inputs outputs"],
    d: Float[Tensor, "lanes inputs outputs"],
    groups: InputGroups,
    one: Float[Tensor, ""],
) -> tuple[Float[Tensor, "lanes groups"], Float[Tensor, "lanes groups"]]:
    """Newton's step for the inverse of norm(w / d), where d = theta + c, and that norm."""
    ratio = (w / d).square_()
    total = groups.total(ratio.sum(2))
    slope = groups.total(ratio.div_(d).sum(2))
    norm = total.sqrt()
    return (norm - one).mul_(total.div_(slope.clamp_(min=torch.finfo(w.dtype).tiny))), norm
