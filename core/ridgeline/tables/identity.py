"""The id of a data set: it names the bytes and how they were read."""

import hashlib
import json

from ridgeline.spec.datasets import ParseOptions


def identity(sha256: str, options: ParseOptions) -> str:
    """The id of a file by the SHA-256 of its bytes and the parse options that were given: equal ones are one set."""
    given = options.model_dump(mode="json", exclude_none=True)
    told = json.dumps({"bytes": sha256, "options": given}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()
