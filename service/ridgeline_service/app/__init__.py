"""Put the service together."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import Depends, FastAPI
from fastapi_offline import FastAPIOffline

from ridgeline import __version__
from ridgeline.exports import Exports
from ridgeline.files import Files
from ridgeline.library import Library
from ridgeline.store import Store
from ridgeline.tables import Limits
from ridgeline_service.app.last_resort import LastResort
from ridgeline_service.app.limits import BodyLimit
from ridgeline_service.app.metering import Metering
from ridgeline_service.app.openapi import document
from ridgeline_service.auth import admit, authorize
from ridgeline_service.deps import Metrics, Poller, Readers, refuse_unknown_parameters
from ridgeline_service.problems import handle_problems, problems
from ridgeline_service.routers import (
    across,
    actions,
    answers,
    artifacts,
    catalogue,
    datasets,
    events,
    exports,
    health,
    report,
    studies,
    trials,
)
from ridgeline_service.settings import Settings

PROTECTED = (studies, actions, trials, answers, artifacts, report, exports, events, across, catalogue, datasets)
TIDY_SECONDS = 3600.0

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
    app.state.files = Files(settings.data_dir)
    app.state.library = Library(store, app.state.files, Limits(file_bytes=settings.max_upload_bytes))
    app.state.exports = Exports(store, settings.data_dir)
    app.state.readers = Readers()
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
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_bytes, max_upload_bytes=settings.max_upload_bytes)
    app.add_middleware(LastResort)
    app.add_middleware(Metering, metrics=app.state.metrics)
    document(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Poll and tidy up while the service runs; end every stream, reading process and the store at its end."""
    tasks = [
        asyncio.create_task(app.state.poller.run()),
        asyncio.create_task(_tidy(app.state.store, app.state.library, app.state.settings.event_retention_seconds)),
    ]
    try:
        yield
    finally:
        app.state.poller.close()
        app.state.library.close()
        app.state.exports.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        app.state.store.close()


async def _tidy(store: Store, library: Library, older_than_seconds: float) -> None:
    """Delete old events of ended studies, and files that killed processes left, at the start and every hour."""
    while True:
        for what, work in (("old events", partial(store.events.prune, older_than_seconds)), ("files", library.sweep)):
            try:
                await asyncio.to_thread(work)
            except Exception:
                log.exception("deleting %s failed; trying again in an hour", what)
        await asyncio.sleep(TIDY_SECONDS)
