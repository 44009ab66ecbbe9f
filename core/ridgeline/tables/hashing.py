"""64-bit hashes of values, of which the hash of a row is the sum.

    h(row) = sum over columns of mix(value + key(column name))  mod 2^64

So the hash of some columns of a row is h(row) less the terms of the others, and rows with equal inputs are found
without reading the inputs.  mix is the finalizer of SplitMix64, a bijection; two of n different rows share a hash with
probability about n^2 / 2^65: one in 4 million for ten million rows.

Source: Steele, Lea, Flood 2014, Fast Splittable Pseudorandom Number Generators.
"""

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Hashes = npt.NDArray[np.uint64]

_MISSING = np.uint64(0x9AE16A3B2F90404F)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_EXACT = 2**53  # the whole numbers below are all doubles


def mix(values: Hashes) -> Hashes:
    """The finalizer of SplitMix64: each bit of the result depends on every bit of the value."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def key(name: str) -> np.uint64:
    """What sets the terms of a column apart from those of all others."""
    return np.uint64(int.from_bytes(hashlib.blake2b(name.encode(errors="replace"), digest_size=8).digest(), "little"))


def term(name: str, values: Hashes) -> Hashes:
    """What a column adds to the hash of each row."""
    return mix(values + key(name))


def hashes(column: Any) -> Hashes:
    """Hash of each value of an Arrow array; equal numbers have equal hashes, whatever their type."""
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_fixed_size_list(kind):
        found = _of_arrays(column)
    elif pa.types.is_string(kind) or pa.types.is_large_string(kind):
        found = _of_words(column)
    elif pa.types.is_timestamp(kind):
        found = _of_whole(_filled(column.cast(pa.int64())))
    elif pa.types.is_boolean(kind):
        found = _of_numbers(_filled(column.cast(pa.uint8())))
    elif pa.types.is_integer(kind):
        found = _of_whole(_filled(column))
    else:
        found = _of_numbers(_filled(column))
    if column.null_count:
        found[column.is_null().to_numpy(zero_copy_only=False)] = _MISSING
    return found


def _filled(column: Any) -> npt.NDArray[Any]:
    plain = column.fill_null(0) if column.null_count else column
    return np.asarray(plain.to_numpy(zero_copy_only=False))


def _of_numbers(values: npt.NDArray[Any]) -> Hashes:
    plain = values.astype(np.float64) + 0.0  # minus zero becomes zero
    return mix(plain.view(np.uint64) ^ _GOLDEN)


def _of_whole(values: npt.NDArray[Any]) -> Hashes:
    """As of the equal doubles, where there are such."""
    found = _of_numbers(values)
    if values.dtype.itemsize == 8 and len(values):
        beyond = (values > _EXACT) | (values < -_EXACT)
        found[beyond] = mix(values[beyond].astype(np.uint64) + _GOLDEN)
    return found


def _of_words(column: Any) -> Hashes:
    coded = pc.dictionary_encode(column)
    words = coded.dictionary.to_pylist()
    digest = b"".join(hashlib.blake2b((word or "").encode(), digest_size=8).digest() for word in words)
    known = np.frombuffer(digest, dtype="<u8").astype(np.uint64)
    if not len(known):
        return np.full(len(column), _MISSING)
    found: Hashes = mix(known)[_filled(coded.indices)]
    return found


def _of_arrays(column: Any) -> Hashes:
    """Sum over the places of mix(hash of the number + key of the place)."""
    size = column.type.list_size
    if size == 0:
        return np.full(len(column), _GOLDEN)
    flat = column.values.slice(column.offset * size, len(column) * size)
    numbers = _of_numbers(_filled(flat)).reshape(len(column), size)
    places = mix(np.arange(1, size + 1, dtype=np.uint64) * _GOLDEN)
    total: Hashes = mix(numbers + places).sum(axis=1, dtype=np.uint64)
    return mix(total)
