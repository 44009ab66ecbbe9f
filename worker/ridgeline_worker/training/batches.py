"""The batches of an epoch: each fold's rows in a random order, cut into equally many parts of almost equal size."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from ridgeline_worker.models.model import aligned
from ridgeline_worker.training.draws import Draws, Evaluation, Purpose


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of a step for every evaluation, padded to the largest batch."""

    rows: Int[Tensor, "evaluations batch"]
    weights: Float[Tensor, "evaluations batch"]
    """1/n for the n rows of the batch, times the weight of the row; 0 for padding: losses times weights add up to the
    mean loss."""
    counts: tuple[int, ...]
    """Rows of each evaluation that are no padding; they come first."""


def batches(
    draws: Draws,
    evaluations: Sequence[Evaluation],
    counts: Sequence[int],
    *,
    steps: int,
    epoch: int,
    dtype: torch.dtype,
    row_weights: Float[Tensor, "evaluations rows"] | None = None,
) -> tuple[Batch, ...]:
    """The batches of an epoch; every row of every evaluation is in exactly one.

    Folds differ by a few rows, and all lanes take the same number of steps: so a fold's n rows are cut as
    numpy.array_split does, into parts of n // steps rows, the first n % steps of them one larger.
    """
    width = aligned(-(-max(counts) // steps))
    rows = np.zeros((steps, len(counts), width), dtype=np.int64)
    weights = np.zeros((steps, len(counts), width))
    held = np.zeros((steps, len(counts)), dtype=np.int64)
    for i, (evaluation, count) in enumerate(zip(evaluations, counts, strict=True)):
        order = draws.permutation(evaluation, Purpose.BATCH_ORDER, epoch, count)
        for step, part in enumerate(np.array_split(order, steps)):
            chosen = part if len(part) else order[[step % count]]
            rows[step, i, : len(chosen)] = chosen
            weights[step, i, : len(chosen)] = 1 / len(chosen)
            held[step, i] = len(chosen)
    dealt, shares = torch.from_numpy(rows), torch.from_numpy(weights).to(dtype)
    if row_weights is not None:
        shares *= row_weights.expand(steps, -1, -1).gather(2, dealt)
    return tuple(
        Batch(step_rows, step_shares, tuple(step_held))
        for step_rows, step_shares, step_held in zip(dealt, shares, held.tolist(), strict=True)
    )
