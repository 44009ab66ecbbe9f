"""The report of a study: its verdict on one page for people."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from ridgeline.report import page, sent_policy
from ridgeline_service.deps import StoreDep, StudyId
from ridgeline_service.problems import problems

router = APIRouter(prefix="/v1/studies/{study_id}", tags=["answers"], responses=problems(404, 409))

HEADERS = {
    "Content-Security-Policy": {
        "description": "The scripts of this very page may run; nothing may be fetched.",
        "schema": {"type": "string"},
    },
    "Content-Disposition": {"description": "A name to keep it under.", "schema": {"type": "string"}},
}


@router.get("/report", response_class=HTMLResponse, responses={200: {"headers": HEADERS}})
def get_report(study_id: StudyId, store: StoreDep) -> HTMLResponse:
    """Show the verdict on one page: leaderboard, curves, rungs, learning curves, data, and how to reproduce it.

    The page holds all that it needs, about 5 MB, and opens without a network.  409 with Retry-After until the study has
    come to its verdict; 409 without where it never will, with the reason.
    """
    return HTMLResponse(
        page(store, study_id),
        headers={
            "Content-Security-Policy": sent_policy(),
            "Content-Disposition": f'inline; filename="ridgeline-{study_id}.html"',
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "private, no-cache",  # an extended study comes to another verdict
        },
    )
