"""The files that a study has left with its verdict."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import FileResponse

from ridgeline.spec.artifacts import FILE_TYPES, ArtifactName
from ridgeline.spec.views import ArtifactView, Page
from ridgeline.store import left
from ridgeline_service.deps import FilesDep, StoreDep, StudyId
from ridgeline_service.operations.sending import file_of
from ridgeline_service.problems import problems

router = APIRouter(prefix="/v1/studies/{study_id}", tags=["artifacts"], responses=problems(404, 409))

Name = Annotated[ArtifactName, Path(description="Which file.")]
HEADERS = {
    "ETag": {"description": "Names the content, by its SHA-256.", "schema": {"type": "string"}},
    "Content-Disposition": {"description": "A name to keep it under.", "schema": {"type": "string"}},
}
SCRIPT: dict[int | str, dict[str, Any]] = {200: {"content": {"text/x-python": {"schema": {"type": "string"}}}}}
UNCHANGED = {"description": "The asker has it: the content is the one of If-None-Match."}


def _file(*names: ArtifactName) -> dict[int | str, dict[str, Any]]:
    """The answers of a route that sends one of these files."""
    types = {FILE_TYPES[name].media_type.partition(";")[0] for name in names}
    schema = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"content": dict.fromkeys(sorted(types), schema), "headers": HEADERS}, 304: UNCHANGED}


@router.get("/artifacts")
def list_artifacts(study_id: StudyId, store: StoreDep) -> Page[ArtifactView]:
    """List the files that the study has left, with their sizes, and those that it could not make, with the reason."""
    return left.artifacts(store, study_id)


@router.get("/artifacts/{name}", response_class=FileResponse, responses=_file(*ArtifactName))
def get_artifact(study_id: StudyId, name: Name, request: Request, store: StoreDep, files: FilesDep) -> Response:
    """Fetch a file of the study.

    409 with Retry-After until the study has come to its verdict; 409 without where it has no such file, with the
    reason.
    """
    return file_of(request, store, files, study_id, name)


@router.get("/snippet", response_class=Response, responses=SCRIPT)
def get_snippet(study_id: StudyId, store: StoreDep) -> Response:
    """Show the recommended setting as a script in plain PyTorch, which runs as it is; 409 as for files."""
    return Response(left.script(store, study_id), media_type="text/x-python")


@router.get("/model", response_class=FileResponse, responses=_file(ArtifactName.MODEL))
def get_model(study_id: StudyId, request: Request, store: StoreDep, files: FilesDep) -> Response:
    """Fetch preparation and recommended model as one file, for `ridgeline predict`; 409 as for other files."""
    return file_of(request, store, files, study_id, ArtifactName.MODEL)
