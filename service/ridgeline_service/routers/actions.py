"""Pause, resume, stop, cancel and extend a study.

An action that already holds answers 200 and changes nothing; an impossible one answers 409 with what is possible.
"""

from fastapi import APIRouter

from ridgeline.spec.states import Action
from ridgeline.spec.views import StudyView
from ridgeline_service.deps import StoreDep, StudyId
from ridgeline_service.operations.requests import Extension
from ridgeline_service.problems import StrictRoute, problems

router = APIRouter(
    prefix="/v1/studies/{study_id}", tags=["actions"], route_class=StrictRoute, responses=problems(404, 409)
)


@router.post("/pause")
def pause_study(study_id: StudyId, store: StoreDep) -> StudyView:
    """Stop training after the running segment and keep what is done."""
    return store.studies.act(study_id, Action.PAUSE)


@router.post("/resume")
def resume_study(study_id: StudyId, store: StoreDep) -> StudyView:
    """Go on with a paused study."""
    return store.studies.act(study_id, Action.RESUME)


@router.post("/stop")
def stop_study(study_id: StudyId, store: StoreDep) -> StudyView:
    """End a study now and answer from what there is."""
    return store.studies.act(study_id, Action.STOP)


@router.post("/cancel")
def cancel_study(study_id: StudyId, store: StoreDep) -> StudyView:
    """End a study now; no answer is wanted."""
    return store.studies.act(study_id, Action.CANCEL)


@router.post("/extend", responses=problems(413, 422))
def extend_study(study_id: StudyId, extension: Extension, store: StoreDep) -> StudyView:
    """Raise the budget of a study; one that has completed or was stopped is queued again."""
    return store.studies.extend(study_id, extension.max_trials)
