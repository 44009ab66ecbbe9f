"""The best over studies whose scores may be compared."""

from typing import Annotated

from fastapi import APIRouter, Query

from ridgeline.spec.metrics import Metric
from ridgeline.spec.views import Page, StudyBest
from ridgeline_service.deps import StoreDep
from ridgeline_service.pagination import Cursor, PageLimit
from ridgeline_service.problems import problems

router = APIRouter(prefix="/v1/best", tags=["answers"], responses=problems(422))


@router.get("")
def get_best_over_studies(
    *,
    store: StoreDep,
    dataset: Annotated[str | None, Query(description="Only on this data set, by name or id.")] = None,
    metric: Annotated[Metric | None, Query(description="Only by this metric.")] = None,
    model: Annotated[str | None, Query(description="Only models of this kind.")] = None,
    regularizer: Annotated[
        str | None, Query(description="Only trials and recommendations of this kind alone, or of cocktail.")
    ] = None,
    cursor: Cursor = None,
    limit: PageLimit = 50,
) -> Page[StudyBest]:
    """Find what is best in each group of studies with equal data, target, metric and split.

    `recommended` is of a verdict, `best_trial` is the raw argmin of all searches; `use` says which of both to use, and
    each says how it was obtained.
    """
    return store.studies.best_over(
        dataset=dataset, metric=metric, model=model, regularizer=regularizer, cursor=cursor, limit=limit
    )
