"""A study as a file for other tools."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from ridgeline.spec.formats import ExportFormat
from ridgeline.spec.views import StudyExport
from ridgeline_service.deps import ExportsDep, ReadersDep, StudyId
from ridgeline_service.problems import problems

router = APIRouter(prefix="/v1/studies/{study_id}/export", tags=["answers"])

Format = Annotated[
    ExportFormat,
    Query(
        alias="format",
        description="csv: a row a trial; json: the study, its trials and its verdict; optuna: an SQLite file that "
        "`optuna.load_study` opens.",
    ),
]
FILE: dict[str, Any] = {
    "model": StudyExport,
    "description": "The file; its name says when more trials may come.",
    "headers": {"Content-Disposition": {"description": "Name of the file.", "schema": {"type": "string"}}},
    "content": {
        "text/csv": {"schema": {"type": "string"}},
        "application/vnd.sqlite3": {"schema": {"type": "string", "format": "binary"}},
    },
}


@router.get("", response_class=StreamingResponse, responses={200: FILE, **problems(404, 422)})
async def export_study(study_id: StudyId, form: Format, exports: ExportsDep, readers: ReadersDep) -> StreamingResponse:
    """Export a study with all its trials, as it is now."""
    file = await readers.run(exports.of, study_id, form)
    told = {"Content-Disposition": f'attachment; filename="{file.filename}"'}
    return StreamingResponse(file.pieces, media_type=file.media_type, headers=told)
