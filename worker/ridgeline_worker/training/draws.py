"""Common random numbers: every draw depends on its key alone.

The key is (study seed, repeat, fold, purpose, site, step), so all lanes of one fold and repeat share their
initial weights, batch order and noise, and the difference of two lanes is their regularizer.  Drawn on the CPU by
a counter-based generator (Philox: Salmon et al. 2011), so that every device sees the same and any step can be
drawn without those before it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
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
        with self._generator(evaluation, purpose, site, step) as generator:
            return np.asarray(generator.random(shape, dtype=np.float32))

    def normal(
        self, evaluation: Evaluation, purpose: Purpose, site: int, step: int, shape: tuple[int, ...]
    ) -> Float[np.ndarray, "..."]:
        """Independent normals of mean 0 and variance 1, float32."""
        with self._generator(evaluation, purpose, site, step) as generator:
            return np.asarray(generator.standard_normal(shape, dtype=np.float32))

    def symmetric(
        self, evaluation: Evaluation, purpose: Purpose, site: int, shape: tuple[int, ...]
    ) -> Float[np.ndarray, "..."]:
        """Independent uniforms in [-1, 1), float64."""
        with self._generator(evaluation, purpose, site, 0) as generator:
            return generator.uniform(-1.0, 1.0, shape)

    def permutation(self, evaluation: Evaluation, purpose: Purpose, step: int, size: int) -> Int[np.ndarray, "size"]:
        """A random order of so many rows."""
        with self._generator(evaluation, purpose, 0, step) as generator:
            return generator.permutation(size)

    def integer(self, evaluation: Evaluation, purpose: Purpose) -> int:
        """A seed for the generator of another library, in [0, 2^63)."""
        with self._generator(evaluation, purpose, 0, 0) as generator:
            return int(generator.integers(2**63))

    @contextmanager
    def _generator(
        self, evaluation: Evaluation, purpose: Purpose, site: int, step: int
    ) -> Iterator[np.random.Generator]:
        """The stream of a key from its step's place on; one thread draws from a stream at a time."""
        stream = _stream(self.seed, evaluation, purpose, site)
        with stream.lock:
            stream.go_to(step)
            yield stream.generator


class _Stream:
    """A counter-based stream; setting its counter costs a tenth of making it anew."""

    def __init__(self, key: UInt[np.ndarray, "2"]) -> None:
        self.lock = Lock()
        self._bits = np.random.Philox(key=key)
        self._start = self._bits.state
        self.generator = np.random.Generator(self._bits)

    def go_to(self, step: int) -> None:
        """Set the counter to the step's place: 2^64 blocks for each."""
        self._start["state"]["counter"][:] = (0, step, 0, 0)
        self._bits.state = self._start


@lru_cache(maxsize=4096)
def _stream(seed: int, evaluation: Evaluation, purpose: Purpose, site: int) -> _Stream:
    told = (evaluation.repeat, evaluation.fold, int(purpose), site)
    return _Stream(np.random.SeedSequence(seed, spawn_key=told).generate_state(2, np.uint64))
