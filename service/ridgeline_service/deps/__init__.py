"""What handlers are given: the store, the settings, the poller of events, the metrics."""

from typing import Annotated, Any

from fastapi import Depends, Path, Request

from ridgeline.exports import Exports
from ridgeline.files import Files
from ridgeline.library import Library
from ridgeline.store import Store
from ridgeline_service.deps.metrics import Metrics
from ridgeline_service.deps.parameters import refuse_unknown_parameters
from ridgeline_service.deps.poller import Listener, Poller
from ridgeline_service.deps.readers import Readers
from ridgeline_service.settings import Settings

__all__ = [
    "ExportsDep",
    "FilesDep",
    "LibraryDep",
    "Listener",
    "Metrics",
    "MetricsDep",
    "Poller",
    "PollerDep",
    "Readers",
    "ReadersDep",
    "SettingsDep",
    "StoreDep",
    "StudyId",
    "refuse_unknown_parameters",
]


def _held(name: str) -> Any:
    """What the application holds under this name."""

    async def of_app(request: Request) -> Any:
        return getattr(request.app.state, name)

    return Depends(of_app)


StoreDep = Annotated[Store, _held("store")]
SettingsDep = Annotated[Settings, _held("settings")]
FilesDep = Annotated[Files, _held("files")]
ExportsDep = Annotated[Exports, _held("exports")]
LibraryDep = Annotated[Library, _held("library")]
ReadersDep = Annotated[Readers, _held("readers")]
PollerDep = Annotated[Poller, _held("poller")]
MetricsDep = Annotated[Metrics, _held("metrics")]
StudyId = Annotated[str, Path(description="Id of a study.", examples=["2acf4441ba40ae33"])]
