"""Add, list, look at and remove the data sets that a study may name."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Request, Response, status

from ridgeline.spec.datasets import NamedDataset
from ridgeline.spec.views import DatasetSummary, Page
from ridgeline_service.deps import FilesDep, LibraryDep, ReadersDep, SettingsDep, StoreDep
from ridgeline_service.operations.datasets import FORM, JSON, add
from ridgeline_service.pagination import Cursor, PageLimit
from ridgeline_service.problems import problems

router = APIRouter(prefix="/v1/datasets", tags=["datasets"])

NameOrId = Annotated[str, Path(description="Name or id of a data set.", examples=["breast_cancer"])]
LOCATION = {"Location": {"description": "Path of the data set.", "schema": {"type": "string"}}}
BODY = {
    "required": True,
    "content": {
        FORM: {"schema": {"$ref": "#/components/schemas/AddedFile"}},
        JSON: {"schema": {"$ref": "#/components/schemas/AddedRows"}},
    },
}


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses={
        200: {"model": NamedDataset, "description": "It was there already.", "headers": LOCATION},
        201: {"headers": LOCATION},
        **problems(409, 413, 422, 507),
    },
    openapi_extra={"requestBody": BODY},
)
async def add_dataset(
    request: Request,
    response: Response,
    *,
    library: LibraryDep,
    files: FilesDep,
    readers: ReadersDep,
    settings: SettingsDep,
) -> NamedDataset:
    """Keep a file, streamed as a form, or the rows of a generator; equal content and parse options have one id."""
    named, created = await add(request, library, files, readers, settings)
    response.status_code = status.HTTP_201_CREATED if created else status.HTTP_200_OK
    response.headers["Location"] = f"{router.prefix}/{quote(named.name)}"
    return named


@router.get("", responses=problems(422))
def list_datasets(store: StoreDep, cursor: Cursor = None, limit: PageLimit = 50) -> Page[DatasetSummary]:
    """List the data sets by name, without their columns."""
    return store.datasets.page(cursor, limit)


@router.get("/{name_or_id}", responses=problems(404))
def get_dataset(name_or_id: NameOrId, store: StoreDep) -> NamedDataset:
    """Look at a data set: its columns with types and counts, remarks, ten rows, and its default target."""
    return store.datasets.get(name_or_id)


@router.delete("/{name_or_id}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(404, 409))
def remove_dataset(name_or_id: NameOrId, library: LibraryDep) -> None:
    """Remove a name, or by its id all names; with the last name goes the content, which no study may use then."""
    library.remove(name_or_id)
