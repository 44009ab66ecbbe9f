"""The catalogue: what may be searched and trained."""

from fastapi import APIRouter

from ridgeline.spec.views import ModelView, Page, RegularizerView
from ridgeline_service.deps import StoreDep
from ridgeline_service.operations import catalogue

router = APIRouter(prefix="/v1", tags=["catalogue"])


@router.get("/regularizers")
async def list_regularizers() -> Page[RegularizerView]:
    """List the kinds of regularizers with their strengths, formulas and sources."""
    return catalogue.regularizers()


@router.get("/models")
def list_models(store: StoreDep) -> Page[ModelView]:
    """List the models with their options and the kinds that apply to them: built-in ones, then those of workers."""
    return catalogue.models(store.models.all())
