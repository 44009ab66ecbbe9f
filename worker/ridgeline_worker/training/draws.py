"""Common random numbers: every draw depends on its key alone.

The key is (study seed, repeat, fold, purpose, site, step), so all lanes of one fold and repeat share their
initial weights, batch order and noise, and the difference of two lanes is their regularizer.  Drawn on the CPU by
a counter-based generator (Philox: Salmon et al. 2011), so that every device sees the same and any step can be
drawn without those before it.
"""

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import numpy as np
from jaxtyping import Float, Int, UInt

from ridgeline_worker.regularizer import Purpose

__all__ = ["Draws", "Evaluation", "Purpose"]


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
        with _stream(self.seed, evaluation, purpose, site) as stream:
            return np.asarray(stream.at(step).random(shape, dtype=np.float32))

    def normal(
        self, evaluation: Evaluation, purpose: Purpose, site: int, step: int, shape: tuple[int, ...]
    ) -> Float[np.ndarray, "..."]:
        """Independent normals of mean 0 and variance 1, float32."""
        with _stream(self.seed, evaluation, purpose, site) as stream:
            return np.asarray(stream.at(step).standard_normal(shape, dtype=np.float32))

    def symmetric(
        self, evaluation: Evaluation, purpose: Purpose, site: int, shape: tuple[int, ...]
    ) -> Float[np.ndarray, "..."]:
        """Independent uniforms in [-1, 1), float64."""
        with _stream(self.seed, evaluation, purpose, site) as stream:
            return stream.at(0).uniform(-1.0, 1.0, shape)

    def permutation(self, evaluation: Evaluation, purpose: Purpose, step: int, size: int) -> Int[np.ndarray, "size"]:
        """A random order of so many rows."""
        with _stream(self.seed, evaluation, purpose, 0) as stream:
            return stream.at(step).permutation(size)

    def integer(self, evaluation: Evaluation, purpose: Purpose) -> int:
        """A seed for the generator of another library, in [0, 2^63)."""
        with _stream(self.seed, evaluation, purpose, 0) as stream:
            return int(stream.at(0).integers(2**63))


class _Stream:
    """A counter-based stream, for one thread at a time; setting its counter costs a tenth of making it anew."""

    def __init__(self, key: UInt[np.ndarray, "2"]) -> None:
        self._lock = Lock()
        self._bits = np.random.Philox(key=key)
        self._start = self._bits.state
        self._generator = np.random.Generator(self._bits)

    def __enter__(self) -> "_Stream":
        self._lock.acquire()
        return self

    def __exit__(self, *raised: object) -> None:
        self._lock.release()

    def at(self, step: int) -> np.random.Generator:
        """The stream from a step's place on: 2^64 blocks for each."""
        self._start["state"]["counter"][:] = (0, step, 0, 0)
        self._bits.state = self._start
        return self._generator


@lru_cache(maxsize=4096)
def _stream(seed: int, evaluation: Evaluation, purpose: Purpose, site: int) -> _Stream:
    told = (evaluation.repeat, evaluation.fold, int(purpose), site)
    return _Stream(np.random.SeedSequence(seed, spawn_key=told).generate_state(2, np.uint64))
