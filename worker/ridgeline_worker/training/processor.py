"""How a processor computes while it trains."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

DENORMAL = 1e-40
"""Below the smallest normal number of single precision, 1.2e-38."""


@contextmanager
def one_fast_thread() -> Iterator[None]:
    """One thread, and weights that decay to denormal numbers become zero: they cost many times as much.

    Both hold for the whole process, so that both are put back.
    """
    threads, flushed = torch.get_num_threads(), _flushes()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(flushed)
        torch.set_num_threads(threads)


def _flushes() -> bool:
    """Whether denormal numbers become zero now, which torch does not tell."""
    return bool((torch.tensor(DENORMAL) * 1.0).item() == 0.0)
