"""The data sets that a study may name."""

from typing import Annotated

from fastapi import APIRouter, Path

from ridgeline.spec import DatasetFacts
from ridgeline.spec.views import Page
from ridgeline_service.deps import StoreDep
from ridgeline_service.pagination import Cursor, PageLimit
from ridgeline_service.problems import problems

router = APIRouter(prefix="/v1/datasets", tags=["catalogue"])


@router.get("", responses=problems(422))
def list_datasets(store: StoreDep, cursor: Cursor = None, limit: PageLimit = 50) -> Page[DatasetFacts]:
    """List the data sets by name."""
    return store.datasets.page(cursor, limit)


@router.get("/{name_or_id}", responses=problems(404))
def get_dataset(
    name_or_id: Annotated[str, Path(description="Name or id of a data set.", examples=["breast_cancer"])],
    store: StoreDep,
) -> DatasetFacts:
    """Look at a data set: its rows, columns, target and task."""
    return store.datasets.get(name_or_id)
