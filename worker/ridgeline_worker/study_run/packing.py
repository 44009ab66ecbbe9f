"""Predictions as bytes, as the store keeps them between two stages."""

import io
from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

Kept = Mapping[int, Float[np.ndarray, "repeats rows *outputs"]]
"""Predictions by number of the contender."""


def packed(kept: Kept) -> bytes:
    """NumPy's own form; nothing in it is executed when it is read."""
    held = io.BytesIO()
    np.savez(held, allow_pickle=False, **{str(number): values for number, values in kept.items()})
    return held.getvalue()


def unpacked(stored: bytes) -> Kept:
    """What was packed."""
    with np.load(io.BytesIO(stored), allow_pickle=False) as held:
        return {int(number): held[number] for number in held.files}
