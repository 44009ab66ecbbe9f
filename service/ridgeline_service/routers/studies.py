"""Submit, validate, list, look at, edit and delete studies."""

from typing import Annotated

from fastapi import APIRouter, Body, Header, Query, Response, status

from ridgeline.spec import StudySpec
from ridgeline.spec.sorts import StudySort
from ridgeline.spec.states import StudyState
from ridgeline.spec.views import Page, StudyView, Validated
from ridgeline_service.deps import FilesDep, LibraryDep, PollerDep, ReadersDep, SettingsDep, StoreDep, StudyId
from ridgeline_service.operations.examples import STUDIES
from ridgeline_service.operations.requests import StudyEdit
from ridgeline_service.operations.studies import submit, validate
from ridgeline_service.operations.watching import wait_until_ended
from ridgeline_service.pagination import Cursor, PageLimit
from ridgeline_service.problems import StrictRoute, problems

router = APIRouter(prefix="/v1/studies", tags=["studies"], route_class=StrictRoute)

AskedStudy = Annotated[StudySpec, Body(openapi_examples=STUDIES)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=200,
        description="Any text that stands for this request: sent again with it, the request does nothing new.",
    ),
]
LOCATION = {"Location": {"description": "Path of the study.", "schema": {"type": "string"}}}


@router.post(
    "",
    status_code=status.HTTP_202_ACCEPTED,
    responses={202: {"headers": LOCATION}, **problems(409, 413, 422)},
)
async def submit_study(
    spec: AskedStudy,
    response: Response,
    *,
    store: StoreDep,
    library: LibraryDep,
    readers: ReadersDep,
    settings: SettingsDep,
    idempotency_key: IdempotencyKey = None,
) -> StudyView:
    """Queue a study; a worker takes it when one is free."""
    study, _ = await readers.run(submit, store, library, settings, spec, idempotency_key)
    response.headers["Location"] = f"{router.prefix}/{study.id}"
    return study


@router.post("/validate", responses=problems(413, 422))
async def validate_study(
    spec: AskedStudy, store: StoreDep, library: LibraryDep, readers: ReadersDep, settings: SettingsDep
) -> Validated:
    """Fill in every default and estimate the cost, or refuse; nothing is stored but the rows of a generator."""
    return await readers.run(validate, store, library, settings, spec)


@router.get("", responses=problems(422))
def list_studies(
    *,
    store: StoreDep,
    state: Annotated[StudyState | None, Query(description="Only studies in this state.")] = None,
    dataset: Annotated[str | None, Query(description="Only studies of this data set, by name or id.")] = None,
    tag: Annotated[
        str | None, Query(description="Only studies with this label: `key`, or `key:value`.", examples=["team:a"])
    ] = None,
    sort: Annotated[StudySort, Query(description="Order; a leading minus turns it round.")] = "-created_at",
    cursor: Cursor = None,
    limit: PageLimit = 50,
) -> Page[StudyView]:
    """List studies, the newest first."""
    return store.studies.page(state=state, dataset=dataset, tag=_label(tag), sort=sort, cursor=cursor, limit=limit)


@router.get("/{study_id}", responses=problems(404, 422))
async def get_study(
    study_id: StudyId,
    store: StoreDep,
    poller: PollerDep,
    wait_seconds: Annotated[
        float, Query(ge=0, le=60, description="Answer when the study ends, or after so many seconds; 0 to 60.")
    ] = 0,
) -> StudyView:
    """Look at a study, at once or when it ends."""
    return await wait_until_ended(store, poller, study_id, wait_seconds)


@router.patch("/{study_id}", responses=problems(404, 413, 422))
def edit_study(study_id: StudyId, edit: StudyEdit, store: StoreDep) -> StudyView:
    """Rename a study or replace its labels."""
    return store.studies.edit(study_id, name=edit.name, tags=edit.tags)


@router.delete("/{study_id}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(404, 409))
def delete_study(study_id: StudyId, store: StoreDep, files: FilesDep) -> None:
    """Delete an ended study with its trials, events and files."""
    store.studies.delete(study_id)
    files.keep_only(study_id)


def _label(tag: str | None) -> tuple[str, str | None] | None:
    """A label to filter by: its key, and its value unless any will do."""
    if tag is None:
        return None
    key, colon, value = tag.partition(":")
    return key, value if colon else None
