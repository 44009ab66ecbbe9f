"""The trials of a study."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from ridgeline.spec.sorts import TrialSort
from ridgeline.spec.states import TrialState
from ridgeline.spec.views import Page, TrialView
from ridgeline_service.deps import StoreDep, StudyId
from ridgeline_service.pagination import Cursor, PageLimit
from ridgeline_service.problems import problems

router = APIRouter(prefix="/v1/studies/{study_id}/trials", tags=["trials"], responses=problems(404, 422))


@router.get("")
def list_trials(
    *,
    study_id: StudyId,
    store: StoreDep,
    regularizer: Annotated[str | None, Query(description="Only trials of this kind alone, or of cocktail.")] = None,
    state: Annotated[TrialState | None, Query(description="Only trials in this state.")] = None,
    sort: Annotated[TrialSort, Query(description="Order; score: best first; a minus turns it round.")] = "number",
    cursor: Cursor = None,
    limit: PageLimit = 100,
) -> Page[TrialView]:
    """List the trials of a study."""
    return store.trials.page(study_id, regularizer=regularizer, state=state, sort=sort, cursor=cursor, limit=limit)


@router.get("/{number}")
def get_trial(
    study_id: StudyId,
    number: Annotated[int, Path(ge=0, lt=2**31, description="Number of the trial in its study, from 0.")],
    store: StoreDep,
) -> TrialView:
    """Look at a trial with its scores at every rung."""
    return store.trials.get(study_id, number)
