"""The catalogue: what may be searched and trained."""

from fastapi import APIRouter

from ridgeline.spec.views import ModelView, Page, RegularizerView
from ridgeline_service.operations import catalogue

router = APIRouter(prefix="/v1", tags=["catalogue"])


@router.get("/regularizers")
async def list_regularizers() -> Page[RegularizerView]:
    """List the kinds of regularizers with their strengths, formulas and sources."""
    return catalogue.regularizers()


@router.get("/models")
async def list_models() -> Page[ModelView]:
    """List the models with their options and the kinds that apply to them."""
    return catalogue.models()
