"""What handlers are given: the store, the settings, the poller of events, the metrics."""

from typing import Annotated

from fastapi import Depends, Path, Request

from ridgeline.files import Files
from ridgeline.library import Library
from ridgeline.store import Store
from ridgeline_service.deps.metrics import Metrics
from ridgeline_service.deps.parameters import refuse_unknown_parameters
from ridgeline_service.deps.poller import Listener, Poller
from ridgeline_service.deps.readers import Readers
from ridgeline_service.settings import Settings

__all__ = [
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


async def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _files(request: Request) -> Files:
    files: Files = request.app.state.files
    return files


async def _library(request: Request) -> Library:
    library: Library = request.app.state.library
    return library


async def _readers(request: Request) -> Readers:
    readers: Readers = request.app.state.readers
    return readers


async def _poller(request: Request) -> Poller:
    poller: Poller = request.app.state.poller
    return poller


async def _metrics(request: Request) -> Metrics:
    metrics: Metrics = request.app.state.metrics
    return metrics


StoreDep = Annotated[Store, Depends(_store)]
SettingsDep = Annotated[Settings, Depends(_settings)]
FilesDep = Annotated[Files, Depends(_files)]
LibraryDep = Annotated[Library, Depends(_library)]
ReadersDep = Annotated[Readers, Depends(_readers)]
PollerDep = Annotated[Poller, Depends(_poller)]
MetricsDep = Annotated[Metrics, Depends(_metrics)]
StudyId = Annotated[str, Path(description="Id of a study.", examples=["2acf4441ba40ae33"])]
