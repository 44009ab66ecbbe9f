"""The one file: a zip of a manifest in JSON and two files of safetensors.  Reading it executes nothing.

Its entries are stored as they are, so that no file is larger inside than outside, and equal models are equal files.
"""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import safetensors.numpy
from pydantic import ValidationError
from safetensors import SafetensorError

from ridgeline.errors import Invalid, Violation
from ridgeline_worker.data.fitted import Fitted
from ridgeline_worker.portable.manifest import FORMAT, VERSION, Manifest

MANIFEST, PREPARATION, WEIGHTS = "manifest.json", "preparation.safetensors", "weights.safetensors"
MOST_BYTES = 2 * 2**30
"""Of a file that is read; it is held in memory."""
MOST_MANIFEST_BYTES = 64 * 2**20
LONG_AGO = (1980, 1, 1, 0, 0, 0)

Tensors = Mapping[str, np.ndarray]


class NoModel(Invalid):
    """A file is no model."""

    def __init__(self, rule: str, value: object, remedy: str) -> None:
        super().__init__([Violation("model", rule, value, remedy)])


def pack(manifest: Manifest, fitted: Fitted, weights: bytes) -> bytes:
    """The bytes of a model file."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as file:
        for name, content in (
            (MANIFEST, manifest.model_dump_json(indent=1).encode()),
            (PREPARATION, safetensors.numpy.save(fitted.arrays)),
            (WEIGHTS, weights),
        ):
            file.writestr(zipfile.ZipInfo(name, LONG_AGO), content)
    return held.getvalue()


def read_model(path: Path) -> tuple[Manifest, Fitted, Tensors]:
    """What a model file holds.

    Raises:
        NoModel: it is none, was cut, or a newer Ridgeline has written it.
        OSError: it cannot be read.
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise NoModel(f"must have at most {MOST_BYTES} bytes", size, "give a file that `ridgeline model` wrote")
    return unpack(path.read_bytes())


def unpack(content: bytes) -> tuple[Manifest, Fitted, Tensors]:
    """What the bytes of a model file hold.

    Raises:
        NoModel: they are none.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            entries = {info.filename: info for info in file.infolist()}
            _check(entries)
            told, fitted, weights = (file.read(entries[name]) for name in (MANIFEST, PREPARATION, WEIGHTS))
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise _broken(str(error)) from error
    try:
        manifest = Manifest.model_validate_json(told)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        if place in {"version", "format"}:
            rule = f"must have the format {FORMAT} of version {VERSION}"
            raise NoModel(rule, f"{place} {first['input']!r}", "read it by the Ridgeline that wrote it") from error
        raise _broken(f"{MANIFEST}: {place}: {first['msg']}") from error
    try:
        return manifest, Fitted.of(safetensors.numpy.load(fitted)), safetensors.numpy.load(weights)
    except (SafetensorError, TypeError, KeyError, ValueError) as error:
        raise _broken(str(error)) from error


def _check(entries: Mapping[str, zipfile.ZipInfo]) -> None:
    """Refuse other entries than ours, packed ones, and a manifest that is too long."""
    if entries.keys() != {MANIFEST, PREPARATION, WEIGHTS}:
        raise _broken(f"a zip of {', '.join(sorted(entries)[:5]) or 'nothing'}")
    for name, info in entries.items():
        if info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size:
            raise _broken(f"{name} is compressed")
    if entries[MANIFEST].file_size > MOST_MANIFEST_BYTES:
        raise _broken(f"{MANIFEST} of {entries[MANIFEST].file_size} bytes")


def _broken(told: str) -> NoModel:
    return NoModel(
        "must be a whole model file of Ridgeline", told, "fetch it again with `ridgeline model STUDY -o FILE`"
    )
