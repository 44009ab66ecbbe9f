"""NPZ files: x, y and optionally names; each array unpacked to disk within the limits, then read as it is needed."""

import zipfile
import zlib
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ridgeline.spec.datasets import Format, ParseOptions
from ridgeline.tables.array_rows import array_rows
from ridgeline.tables.keeping import Rows
from ridgeline.tables.limits import Limits, TooLarge, Unreadable

_ARRAYS = ("x", "y", "names")
_BLOCK = 2**20
_LONGEST_HEADER = 10_000


def npz_rows(path: Path, scratch: Path, limits: Limits) -> Rows:
    """The rows of an NPZ file; `scratch` is a folder for its arrays, which the caller removes.

    Raises:
        Unreadable: no zip file, other arrays than x, y and names, or pickled objects, which are never opened.
        TooLarge: the arrays are larger than the limit.
    """
    arrays: dict[str, npt.NDArray[Any]] = {}
    left = limits.table_bytes
    try:
        with zipfile.ZipFile(path) as file:
            for member in _members(file):
                name = member.filename.removesuffix(".npy")
                if member.file_size > left:
                    rule = f"must hold at most {limits.table_bytes} bytes of values"
                    raise TooLarge(rule, f"{member.file_size} in {name}", "save fewer rows")
                left -= member.file_size
                arrays[name] = _array(file, member, scratch / f"{name}.npy")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise Unreadable("must be a whole NPZ file", str(error), "write it again with numpy.savez_compressed") from None
    names = arrays.get("names")
    if names is not None and (names.ndim != 1 or names.dtype.kind not in "US"):
        raise Unreadable("must hold words along one axis in names", str(names.dtype), "save the names of x's columns")
    told = None if names is None else [str(name) for name in names.astype(str).tolist()]
    rows = array_rows(arrays["x"], arrays.get("y"), told, limits)
    return Rows(schema=rows.schema, blocks=rows.blocks, shapes=rows.shapes, options=ParseOptions(format=Format.NPZ))


def _members(file: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    members = file.infolist()
    names = [member.filename.removesuffix(".npy") for member in members]
    if "x" not in names or not set(names) <= set(_ARRAYS) or len(set(names)) < len(names):
        rule = "must hold the arrays x, y, and optionally names, and no others"
        raise Unreadable(
            rule, [name[:50] for name in names[:20]], "save it so with numpy.savez_compressed(file, x=...)"
        )
    return members


def _array(file: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> npt.NDArray[Any]:
    """An array on disk, as a memory map; nothing is unpickled.

    Raises:
        Unreadable: its header does not tell a plain array of just its size.
    """
    name = member.filename.removesuffix(".npy")
    with file.open(member) as packed:
        shape, dtype = _header(packed, name)
    if dtype.hasobject:
        rule = f"must hold numbers, booleans or words in {name}"
        raise Unreadable(rule, "pickled objects", "save it with a plain dtype; objects are never unpickled")
    if prod(shape) * dtype.itemsize > member.file_size:
        raise Unreadable(f"must hold all the rows of {name}", f"{member.file_size} bytes", "save it again; it was cut")
    written = 0
    with file.open(member) as packed, target.open("wb") as plain:
        while block := packed.read(_BLOCK):
            written += len(block)
            if written > member.file_size:
                raise Unreadable(f"must be as large as its entry says in {name}", "more", "save it again")
            plain.write(block)
    try:
        found = np.load(target, mmap_mode="r" if prod(shape) else None, allow_pickle=False)
    except ValueError as error:
        raise Unreadable(f"must hold a NumPy array in {name}", str(error), "save it again") from None
    return np.asarray(found)


def _header(packed: Any, name: str) -> tuple[tuple[int, ...], np.dtype[Any]]:
    try:
        version = np.lib.format.read_magic(packed)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = read(packed, max_header_size=_LONGEST_HEADER)
    except (ValueError, TypeError, SyntaxError) as error:
        raise Unreadable(f"must hold a NumPy array in {name}", str(error)[:200], "save it with numpy.savez") from None
    return shape, dtype
