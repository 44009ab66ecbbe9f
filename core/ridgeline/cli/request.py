"""A study request from a file and from options."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ridgeline.errors import Invalid, Violation

STDIN = Path("-")


def read_request(path: Path) -> dict[str, Any]:
    """The request in a JSON file; `-` is standard input.

    Raises:
        Invalid: there is no such file, or it holds no JSON object.
    """
    try:
        text = sys.stdin.read() if path == STDIN else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise Invalid([Violation("SPEC", f"must be a file of JSON ({reason})", str(path), "check the path")]) from None
    try:
        request = json.loads(text)
    except ValueError as error:
        raise Invalid([Violation("SPEC", f"must be JSON ({error})", str(path), "correct it")]) from None
    if not isinstance(request, dict):
        raise Invalid([Violation("SPEC", "must hold a JSON object", request, 'write {"dataset": "breast_cancer"}')])
    return request


def overlay(request: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """The request with the options that were given, by their dotted paths, on top."""
    result = dict(request)
    for path, value in options.items():
        if value is None:
            continue
        first, _, rest = path.partition(".")
        if not rest:
            result[first] = value
            continue
        below = result.get(first, {})
        if isinstance(below, str):  # a bare name stands for its kind, or for the id of the data set
            below = {"id" if first == "dataset" else "kind": below}
        if path == "model.hidden":
            below = {"kind": "mlp", **below}
        result[first] = {**below, rest: units(value) if path == "model.hidden" else value}
    return result


def units(text: str) -> list[int]:
    """Units of the hidden layers, such as `64,64`.

    Raises:
        Invalid: they are no whole numbers.
    """
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        rule = "must be whole numbers with commas between"
        raise Invalid([Violation("--hidden", rule, text, "write it like 64,64")]) from None
