"""Send a stored file."""

from fastapi import Request, Response, status
from fastapi.responses import FileResponse
from starlette.types import Receive, Scope, Send

from ridgeline.errors import NotFound
from ridgeline.files import Files
from ridgeline.spec.artifacts import FILE_TYPES, ArtifactName
from ridgeline.store import Store
from ridgeline.store.left import artifact


class WholeFile(FileResponse):
    """A file in one piece: a part of it, if that is asked for, is not worth its own errors."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, whatever range is asked for."""
        headers = [(name, value) for name, value in scope["headers"] if name != b"range"]
        await super().__call__({**scope, "headers": headers}, receive, send)


def file_of(request: Request, store: Store, files: Files, study_id: str, name: ArtifactName) -> Response:
    """A file of a study, or 304 for one whose content the asker has.

    Raises:
        NotFound: there is no such study, or it was deleted at this moment.
        NotReady: it has not come to its verdict yet.
        NoVerdict, NoArtifact: it will have no such file as it stands.
    """
    kept = artifact(store, study_id, name).kept
    if kept is None or not (path := files.artifact(kept)).exists():
        raise NotFound(f"{name} of study", study_id)
    told, etag = FILE_TYPES[name], f'"{kept.sha256}"'
    headers = {
        "ETag": etag,
        "Cache-Control": "private, no-cache",  # kept, but asked for again: an extended study makes another
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "none",
    }
    if _has(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return WholeFile(
        path,
        headers=headers,
        media_type=told.media_type,
        filename=f"ridgeline-{study_id}{told.ending}",
    )


def _has(if_none_match: str, etag: str) -> bool:
    """Whether the asker names this content; a proxy may have weakened the tag."""
    told = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return bool(told & {etag, "*"})
