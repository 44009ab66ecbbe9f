"""Put the service together."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from fastapi_offline import FastAPIOffline

from ridgeline import __version__
from ridgeline.store import Store
from ridgeline_service.app.last_resort import LastResort
from ridgeline_service.app.limits import BodyLimit
from ridgeline_service.app.metering import Metering
from ridgeline_service.app.openapi import document
from ridgeline_service.auth import admit, authorize
from ridgeline_service.deps import Metrics, Poller, refuse_unknown_parameters
from ridgeline_service.problems import handle_problems, problems
from ridgeline_service.routers import (
    across,
    actions,
    answers,
    catalogue,
    datasets,
    events,
    health,
    studies,
    trials,
)
from ridgeline_service.settings import Settings

PROTECTED = (studies, actions, trials, answers, events, across, catalogue, datasets)
PRUNE_SECONDS = 3600.0

log = logging.getLogger(__name__)


def create_app(settings: Settings) -> FastAPI:
    """The service on the database of its data folder.

    Raises:
        SchemaOutdated, SchemaTooNew: the database has another schema.
        TokenNeeded: it would be open to the network.
    """
    store = Store.open(settings.data_dir)
    try:
        admit(store, settings)
    except Exception:
        store.close()
        raise

    app = FastAPIOffline(
        title="Ridgeline",
        summary="Which regularizer, how strong, and is it really better than none?",
        version=__version__,
        lifespan=_lifespan,
        redirect_slashes=False,
        redoc_url=None,
        generate_unique_id_function=lambda route: str(route.name),
        separate_input_output_schemas=False,
    )
    app.state.settings = settings
    app.state.store = store
    app.state.poller = Poller(store, settings.poll_seconds)
    app.state.metrics = Metrics()

    app.include_router(health.router)
    for module in PROTECTED:
        app.include_router(
            module.router,
            dependencies=[Depends(authorize), Depends(refuse_unknown_parameters)],
            responses=problems(401, 422),
        )
    handle_problems(app)
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_bytes)
    app.add_middleware(LastResort)
    app.add_middleware(Metering, metrics=app.state.metrics)
    document(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Poll and prune while the service runs; close every stream and the store at its end."""
    tasks = [
        asyncio.create_task(app.state.poller.run()),
        asyncio.create_task(_prune(app.state.store, app.state.settings.event_retention_seconds)),
    ]
    try:
        yield
    finally:
        app.state.poller.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        app.state.store.close()


async def _prune(store: Store, older_than_seconds: float) -> None:
    """Delete old events of ended studies, every hour."""
    while True:
        try:
            await asyncio.to_thread(store.events.prune, older_than_seconds)
        except Exception:
            log.exception("deleting old events failed; trying again in an hour")
        await asyncio.sleep(PRUNE_SECONDS)
