"""Draws of rows with replacement, as how often each row is drawn."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float, Int

NUMBERS_AT_ONCE = 4_000_000
"""Counts held at a time, so that memory stays small for large tables."""


def counts(
    rows: int, units: Int[np.ndarray, "rows"] | None, resamples: int, draw: np.random.Generator
) -> Iterator[Float[np.ndarray, "draws rows"]]:
    """How often each row occurs in a bootstrap sample, block by block until there are `resamples` of them.

    A sample draws as many units as there are, with replacement, each with all its rows; without units each row is one.
    Source: Efron 1979; of whole clusters, Davison & Hinkley 1997, section 3.8.
    """
    unit = np.arange(rows) if units is None else np.unique(units, return_inverse=True)[1]
    number = int(unit.max()) + 1
    block = max(1, NUMBERS_AT_ONCE // rows)
    for first in range(0, resamples, block):
        drawn = min(block, resamples - first)
        of_units = np.stack([np.bincount(draw.integers(number, size=number), minlength=number) for _ in range(drawn)])
        yield of_units[:, unit].astype(np.float64)
