"""Files of a study in a list."""

from datetime import datetime

from ridgeline.kinds import Frozen
from ridgeline.spec.artifacts import ArtifactName


class ArtifactView(Frozen):
    """A file that a study has left with its verdict, or why it could not."""

    name: ArtifactName
    """weights: safetensors.  model: what `ridgeline predict` takes.  program: what torch.export.load takes."""
    media_type: str
    """Of its content."""
    bytes: int | None
    """Its size; null: there is no such file, for the reason in `detail`."""
    sha256: str | None
    """Of its content, in hexadecimal; null without a file."""
    path: str | None
    """Where this service has it; null without a file."""
    detail: str | None
    """Why there is none; null where there is one."""
    created_at: datetime
    """When the verdict that it belongs to was made, UTC."""
