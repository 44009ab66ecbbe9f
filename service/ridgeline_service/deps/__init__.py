"""What handlers are given: the store, the settings, the poller of events, the metrics."""

from typing import Annotated

from fastapi import Depends, Path, Request

from ridgeline.store import Store
from ridgeline_service.deps.metrics import Metrics
from ridgeline_service.deps.parameters import refuse_unknown_parameters
from ridgeline_service.deps.poller import Listener, Poller
from ridgeline_service.settings import Settings

__all__ = [
    "Listener",
    "Metrics",
    "MetricsDep",
    "Poller",
    "PollerDep",
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


async def _poller(request: Request) -> Poller:
    poller: Poller = request.app.state.poller
    return poller


async def _metrics(request: Request) -> Metrics:
    metrics: Metrics = request.app.state.metrics
    return metrics


StoreDep = Annotated[Store, Depends(_store)]
SettingsDep = Annotated[Settings, Depends(_settings)]
PollerDep = Annotated[Poller, Depends(_poller)]
MetricsDep = Annotated[Metrics, Depends(_metrics)]
StudyId = Annotated[str, Path(description="Id of a study.", examples=["2acf4441ba40ae33"])]
