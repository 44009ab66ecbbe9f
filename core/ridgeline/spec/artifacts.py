"""Files that a study leaves: what each is called, how it ends, what type of content it has."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class ArtifactName(StrEnum):
    """A file that a study leaves."""

    WEIGHTS = "weights"  #: parameters of the recommended model, as safetensors
    MODEL = "model"  #: preparation and model in one file, for `ridgeline predict`
    PROGRAM = "program"  #: the forward pass as torch.export saves it


@dataclass(frozen=True)
class FileType:
    """What a file is."""

    ending: str  #: of its name
    media_type: str


FILE_TYPES = MappingProxyType(
    {
        ArtifactName.WEIGHTS: FileType(".safetensors", "application/octet-stream"),
        ArtifactName.MODEL: FileType(".ridgeline", "application/zip"),
        ArtifactName.PROGRAM: FileType(".pt2", "application/octet-stream"),
    }
)


@dataclass(frozen=True)
class KeptFile:
    """A file in its place."""

    file: str  #: its path among the artifacts, which names its content
    bytes: int
    sha256: str  #: of its content, in hexadecimal


@dataclass(frozen=True)
class Artifact:
    """A file of a study, or why there is none."""

    name: ArtifactName
    kept: KeptFile | None
    detail: str | None = None  #: why there is none
