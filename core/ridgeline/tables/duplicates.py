"""How many different hashes a column of a stored table holds, in bounded memory."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from ridgeline.tables.hashing import Hashes

_AT_ONCE = 2**21  # hashes in memory at once: 16 MB, twice while they are sorted


def count_different(path: Path, column: str, rows: int) -> int:
    """Different values in a column of hashes, one share of all possible hashes after another."""
    shares = shares_of(rows)
    return sum(len(np.unique(_in_share(path, column, share, shares))) for share in range(shares))


def shares_of(rows: int) -> int:
    """Shares into which so many hashes are dealt."""
    return max(1, -(-rows // _AT_ONCE))


def share_of(hashes: Hashes, shares: int) -> Hashes:
    """The share in which each hash is."""
    return (hashes >> np.uint64(32)) * np.uint64(shares) >> np.uint64(32)


def _in_share(path: Path, column: str, share: int, shares: int) -> Hashes:
    chosen = [block[share_of(block, shares) == share] for block in read(path, column)]
    return np.concatenate([np.empty(0, np.uint64), *chosen])


def read(path: Path, column: str) -> Iterator[Hashes]:
    """A column of hashes, block by block."""
    with pq.ParquetFile(os.fspath(path), pre_buffer=False, buffer_size=2**16) as file:
        for block in file.iter_batches(2**18, columns=[column], use_threads=False):
            yield block.column(0).to_numpy()
