"""Which format a file has, by its first bytes, then by its name."""

from pathlib import Path

from ridgeline.spec.datasets import Format
from ridgeline.tables.limits import Unreadable

_BYTES = {
    b"PAR1": Format.PARQUET,
    b"ARROW1": Format.ARROW,
    b"\xff\xff\xff\xff": Format.ARROW,  # a stream without a file around it
}
_NAMES = {
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".txt": Format.CSV,
    ".parquet": Format.PARQUET,
    ".pq": Format.PARQUET,
    ".arrow": Format.ARROW,
    ".feather": Format.ARROW,
    ".ipc": Format.ARROW,
    ".npz": Format.NPZ,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
}
_OTHERS = {
    b"\x1f\x8b": ("a gzip file", "unpack it"),
    b"BZh": ("a bzip2 file", "unpack it"),
    b"\xfd7zXZ": ("an xz file", "unpack it"),
    b"\x28\xb5\x2f\xfd": ("a zstd file", "unpack it"),
    b"\x93NUMPY": ("one NumPy array", "save it as x and y with numpy.savez_compressed"),
    b"\x89HDF": ("an HDF5 file", "export it as Parquet"),
    b"SQLite format 3": ("an SQLite database", "export a table as CSV"),
    b"FEA1": ("Feather 1", "write it as Feather 2 or Parquet"),
    b"\x80\x02": ("a pickle", "write it as Parquet: pickles are never opened"),
    b"\x80\x03": ("a pickle", "write it as Parquet: pickles are never opened"),
    b"\x80\x04": ("a pickle", "write it as Parquet: pickles are never opened"),
    b"\x80\x05": ("a pickle", "write it as Parquet: pickles are never opened"),
    b"%PDF": ("a PDF", "export the table as CSV"),
    b"\x89PNG": ("an image", "save images as arrays with numpy.savez_compressed"),
    b"\xff\xd8\xff": ("an image", "save images as arrays with numpy.savez_compressed"),
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook", "save the sheet as CSV"),
}
_KNOWN = "csv, parquet, arrow, npz, jsonl"


def format_of(path: Path, filename: str) -> Format:
    """The format of a file.

    Raises:
        Unreadable: the file is empty, or of a kind that is not read.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    if not start:
        raise Unreadable("must have a row of values", "an empty file", "check that it was written whole")
    for mark, format_ in _BYTES.items():
        if start.startswith(mark):
            return format_
    for mark, (noun, remedy) in _OTHERS.items():
        if start.startswith(mark):
            raise Unreadable(f"must be one of {_KNOWN}", noun, remedy)
    if start.startswith(b"PK\x03\x04"):
        if b"[Content_Types].xml" in start or b"xl/" in start:
            raise Unreadable(f"must be one of {_KNOWN}", "an Excel workbook", "save the sheet as CSV")
        return Format.NPZ
    named = _NAMES.get(Path(filename).suffix.lower())
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if named is None:
        return Format.JSONL if text.startswith(b"{") else Format.CSV
    if named is Format.CSV and text.startswith((b'{"', b"[{")):
        return Format.JSONL
    return named
