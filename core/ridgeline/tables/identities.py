"""The id of a data set: it names the bytes and how they were read, or how the rows are made."""

import hashlib
import json

from ridgeline.spec.datasets import ParseOptions
from ridgeline.spec.sources import GeneratedData


def identity(sha256: str, options: ParseOptions) -> str:
    """The id of a file by the SHA-256 of its bytes and the parse options that were given: equal ones are one set."""
    given = options.model_dump(mode="json", exclude_none=True)
    told = json.dumps({"bytes": sha256, "options": given}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def generated_identity(asked: GeneratedData) -> str:
    """The id of the rows of a generator: equal parameters are one set, and nothing need be made to know it."""
    told = json.dumps(asked.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()
