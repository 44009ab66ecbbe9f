"""What group_lasso does: inputs and units without use lose all their outgoing weights after the update."""

from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import GroupProximal, InputGroups, Strengths

NEWTON_STEPS = 4
"""Of the norm of a group, which doubles its digits in each: steps that differ by e^12 in a group need no more."""


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

        A group is zero if norm(w / step) <= strength sqrt(size), else theta solves sum (w_i / (theta + c_i))^2 = 1.
        One step size a lane gives w max(0, 1 - c / |w|).  The inverse of the norm of w_i / (theta + c_i) is concave
        in theta, so Newton's method on it climbs to the solution from below.
        Source: Yuan & Lin 2006; with a step a weight Yun, Lozano & Yang 2021.
        """
        threshold = strengths["strength"] * groups.sizes.sqrt()
        c = step * groups.spread(threshold).unsqueeze(2)
        scaled = torch.where(w == 0, 0.0, w / step)
        stays = (groups.total(scaled.square().sum(2)).sqrt() > threshold) | (threshold == 0)
        if c.shape[1:] != w.shape[1:]:
            norm = groups.spread(groups.total(w.square().sum(2)).sqrt()).unsqueeze(2)
            shrunk = 1 - torch.where(norm > 0, c / norm, 0.0)
        else:
            theta = groups.spread(_norm(w, c, groups)).unsqueeze(2)
            shrunk = theta / (theta + c)
        return torch.where(groups.spread(stays).unsqueeze(2), w * shrunk, 0.0)


def _norm(
    w: Float[Tensor, "lanes inputs outputs"], c: Float[Tensor, "lanes inputs outputs"], groups: InputGroups
) -> Float[Tensor, "lanes groups"]:
    """theta with sum (w_i / (theta + c_i))^2 = 1 for each group that has one; others get any number."""
    least = torch.finfo(w.dtype).tiny
    norm = groups.total(w.square().sum(2)).sqrt()
    theta = torch.maximum(norm - groups.largest(c.amax(2)), groups.largest((w.abs() - c).amax(2))).clamp(min=least)
    for _ in range(NEWTON_STEPS):
        inverse = (groups.spread(theta).unsqueeze(2) + c).reciprocal_()
        ratio = (w * inverse).square_()
        total = groups.total(ratio.sum(2))
        slope = groups.total(ratio.mul_(inverse).sum(2)).clamp_(min=least)
        theta = theta.addcmul((total.sqrt() - 1), total / slope)
    return theta
