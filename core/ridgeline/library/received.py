"""A file that has arrived."""

import re
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from ridgeline.errors import Invalid, Violation
from ridgeline.spec.additions import AddedFile
from ridgeline.spec.datasets import DatasetName

ADAPTER: TypeAdapter[str] = TypeAdapter(DatasetName)


@dataclass(frozen=True)
class Received:
    """Bytes on disk, and what their sender says of them."""

    path: Path  #: in a folder of its own, in which the table may be made
    sha256: str  #: of its bytes, in hexadecimal
    filename: str  #: as its sender names it; never used as a path
    told: AddedFile

    @property
    def name(self) -> str:
        """The name to keep it under.

        Raises:
            Invalid: none was given, and the file's own is none.
        """
        if self.told.name is not None:
            return self.told.name
        stem = re.split(r"[/\\]", self.filename)[-1].split(".")[0].strip()
        try:
            return ADAPTER.validate_python(stem)
        except ValidationError:
            rule = "must be given where the name of the file is none for a data set,"
            raise Invalid([Violation("name", rule, self.filename, "send a name of letters and digits")]) from None
