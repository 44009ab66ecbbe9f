"""A column of arrays, filled and scaled channel by channel by the training rows of a fold."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int
from sklearn.preprocessing import StandardScaler

from ridgeline.spec.columns import Column
from ridgeline.spec.study import Preparation, Scaling
from ridgeline_worker.data.encode import NUMBERS_AT_ONCE
from ridgeline_worker.data.split import Fold
from ridgeline_worker.data.table import Table

Written = tuple[Float[np.ndarray, "_ held"], Float[np.ndarray, "_ held"]]


def write_arrays(
    table: Table,
    column: Column,
    folds: Sequence[Fold],
    into: Sequence[Written],
    *,
    channels: int,
    preparation: Preparation,
) -> None:
    """Prepare the arrays of each fold: each channel gets zero mean and unit variance over its training rows.

    A number that is missing becomes the mean of its channel.  The stored arrays are read twice, block by block.
    """
    scalers = scalers_of(table, column, folds, channels)
    start = 0
    for block in table.arrays(column, NUMBERS_AT_ONCE):
        for fold, scaler, written in zip(folds, scalers, into, strict=True):
            for rows, prepared in zip((fold.train, fold.validation), written, strict=True):
                here, places = _within(rows, start, len(block))
                if len(here):
                    prepared[places, : block.shape[1]] = _prepared(block[here], scaler, channels, preparation)
        start += len(block)


def scalers_of(table: Table, column: Column, folds: Sequence[Fold], channels: int) -> list[StandardScaler]:
    """Mean and deviation of each channel over the training rows of each fold."""
    scalers = [StandardScaler() for _ in folds]
    start = 0
    for block in table.arrays(column, NUMBERS_AT_ONCE):
        for fold, scaler in zip(folds, scalers, strict=True):
            here, _ = _within(fold.train, start, len(block))
            if len(here):
                scaler.partial_fit(_by_channel(block[here], channels))
        start += len(block)
    return scalers


def _within(
    rows: Int[np.ndarray, "rows"], start: int, count: int
) -> tuple[Int[np.ndarray, "here"], Int[np.ndarray, "here"]]:
    """Positions in a block of the rows that lie in it, and their places among the rows, which ascend."""
    first, last = np.searchsorted(rows, [start, start + count])
    return rows[first:last] - start, np.arange(first, last)


def _by_channel(block: Float[np.ndarray, "rows numbers"], channels: int) -> Float[np.ndarray, "places channels"]:
    return block.reshape(len(block), channels, -1).swapaxes(1, 2).reshape(-1, channels)


def _prepared(
    block: Float[np.ndarray, "rows numbers"], scaler: StandardScaler, channels: int, preparation: Preparation
) -> Float[np.ndarray, "rows numbers"]:
    means = np.nan_to_num(scaler.mean_)
    flat = _by_channel(block, channels)
    flat = np.where(np.isnan(flat), means, flat)
    if preparation.scaling is not Scaling.NONE:
        flat = (flat - means) / np.where(scaler.scale_ > 0, scaler.scale_, 1.0)
    return flat.reshape(len(block), -1, channels).swapaxes(1, 2).reshape(len(block), -1)
