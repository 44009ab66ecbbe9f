"""What a study has found: its verdict, the best setting, the best of each kind, score against strength."""

from typing import Annotated

from fastapi import APIRouter, Query

from ridgeline.spec.views import BestView, CurveView, IngredientsView, LeaderboardView, Verdict
from ridgeline.store import answers
from ridgeline_service.deps import StoreDep, StudyId
from ridgeline_service.problems import problems

router = APIRouter(prefix="/v1/studies/{study_id}", tags=["answers"], responses=problems(404, 422))


@router.get("/best")
def get_best(
    study_id: StudyId,
    store: StoreDep,
    regularizer: Annotated[
        str | None, Query(description="Only among trials of this kind alone, or of cocktail.")
    ] = None,
) -> BestView:
    """Find the trial with the best score; provisional until the study has ended."""
    return answers.best(store, study_id, regularizer)


@router.get("/leaderboard", responses=problems(404))
def get_leaderboard(study_id: StudyId, store: StoreDep) -> LeaderboardView:
    """Compare the best settings of all kinds, and of all mixes, with the paired difference to none."""
    return answers.leaderboard(store, study_id)


@router.get("/verdict", responses=problems(404, 409))
def get_verdict(study_id: StudyId, store: StoreDep) -> Verdict:
    """Tell what to use, how sure that is and what it rests on.

    409 with Retry-After until the study has come to its verdict; 409 without where it never will, with the reason.
    """
    return answers.verdict(store, study_id)


@router.get("/ingredients", responses=problems(404, 409, 422))
def get_ingredients(study_id: StudyId, store: StoreDep) -> IngredientsView:
    """Tell which ingredients of a cocktail matter, and the simplest mix that is as good.

    409 as for the verdict; 422 for a study whose mode is not cocktail.
    """
    return answers.ingredients(store, study_id)


@router.get("/curve")
def get_curve(
    study_id: StudyId,
    store: StoreDep,
    regularizer: Annotated[str, Query(description="A kind of the study.", examples=["l2"])],
) -> CurveView:
    """Plot score against strength for one kind: trials, and once the final has trained it, the ladder of strengths.

    The ladder has its band, the plateau of strengths as good as the best, and none as the reference; `statement` says
    it in words, or why there is none. A mix has no curve.
    """
    return answers.curve(store, study_id, regularizer)
