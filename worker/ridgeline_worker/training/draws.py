"""Common random numbers: every draw depends on its key alone.

The key is (study seed, repeat, fold, purpose, site, step), so all lanes of one fold and repeat share their
initial weights, batch order and noise, and the difference of two lanes is their regularizer.  Drawn on the CPU by
a counter-based generator (Philox: Salmon et al. 2011), so that every device sees the same and any step can be
drawn without those before it.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

import numpy as np
from jaxtyping import Float, Int, UInt


class Purpose(IntEnum):
    """What a draw is for; the numbers are part of every key and never change."""

    INITIAL_WEIGHTS = 0
    BATCH_ORDER = 1
    ACTIVATION_NOISE = 2


@dataclass(frozen=True, slots=True, order=True)
class Evaluation:
    """One fold of one repeat: what lanes with equal draws have in common."""

    repeat: int
    fold: int


@dataclass(frozen=True, slots=True)
class Draws:
    """The source of every draw of a study."""

    seed: int

    def uniform(
        self, evaluation: Evaluation, purpose: Purpose, site: int, step: int, shape: tuple[int, ...]
    ) -> Float[np.ndarray, "..."]:
        """Independent uniforms in [0, 1), float32."""
        return self._generator(evaluation, purpose, site, step).random(shape, dtype=np.float32)

    def symmetric(
        self, evaluation: Evaluation, purpose: Purpose, site: int, shape: tuple[int, int]
    ) -> Float[np.ndarray, "..."]:
        """Independent uniforms in [-1, 1), float64."""
        return self._generator(evaluation, purpose, site, 0).uniform(-1.0, 1.0, shape)

    def permutation(self, evaluation: Evaluation, purpose: Purpose, step: int, size: int) -> Int[np.ndarray, "size"]:
        """A random order of so many rows."""
        return self._generator(evaluation, purpose, 0, step).permutation(size)

    def _generator(self, evaluation: Evaluation, purpose: Purpose, site: int, step: int) -> np.random.Generator:
        key = _key(self.seed, evaluation, purpose, site)
        return np.random.Generator(np.random.Philox(key=key, counter=[0, step, 0, 0]))


@lru_cache(maxsize=4096)
def _key(seed: int, evaluation: Evaluation, purpose: Purpose, site: int) -> UInt[np.ndarray, "2"]:
    """The 128-bit key of a stream of draws; the step is its counter."""
    told = (evaluation.repeat, evaluation.fold, int(purpose), site)
    return np.random.SeedSequence(seed, spawn_key=told).generate_state(2, np.uint64)
