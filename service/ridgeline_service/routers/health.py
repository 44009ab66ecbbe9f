"""Whether the service lives, whether it can work, and its figures."""

from typing import Literal

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from ridgeline.kinds import Frozen
from ridgeline_service.deps import MetricsDep, PollerDep, StoreDep
from ridgeline_service.operations.readiness import check_ready
from ridgeline_service.problems import problems

router = APIRouter(tags=["health"])


class Health(Frozen):
    """The service is well."""

    status: Literal["ok"] = "ok"
    """Always ok: a service that is not answers with a problem."""


@router.get("/healthz")
async def get_health() -> Health:
    """Say that the process answers."""
    return Health()


@router.get("/readyz", responses=problems(503))
def get_readiness(store: StoreDep) -> Health:
    """Check that the database has this service's schema and can be written."""
    check_ready(store)
    return Health()


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def get_metrics(store: StoreDep, metrics: MetricsDep, poller: PollerDep) -> Response:
    """Show requests, latencies, studies by state and listeners, for Prometheus."""
    text = metrics.render(store.studies.count_by_state(), poller.listeners)
    return Response(text, media_type=CONTENT_TYPE_LATEST)
