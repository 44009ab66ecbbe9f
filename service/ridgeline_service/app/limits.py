"""A limit on the size of request bodies."""

from dataclasses import dataclass

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ridgeline_service.problems import SLUGS, answer

TOO_LARGE = 413
UPLOADS = "/v1/datasets"


@dataclass(frozen=True)
class Limit:
    """How long a body may be."""

    bytes: int
    setting: str  #: that an operator raises it by

    def detail(self, got: str) -> str:
        """What is told of a body that is longer."""
        return f"the body must have at most {self.bytes} bytes but got {got}; send less ({self.setting})"


class BodyLimit:
    """Refuses a body that says that it is too large, and stops reading one that turns out to be."""

    def __init__(self, app: ASGIApp, max_bytes: int, max_upload_bytes: int) -> None:
        self._app = app
        self._body = Limit(max_bytes, "RIDGELINE_MAX_BODY_BYTES")
        self._upload = Limit(max_bytes + max_upload_bytes, "RIDGELINE_MAX_UPLOAD_BYTES")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit = self._upload if is_upload(scope, headers) else self._body
        announced = headers.get("content-length", "0")
        if announced.isdecimal() and int(announced) > limit.bytes:
            response = answer(scope["path"], TOO_LARGE, SLUGS[TOO_LARGE], limit.detail(announced))
            await response(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit.bytes:
                raise HTTPException(TOO_LARGE, limit.detail(f"more than {limit.bytes}"))
            return message

        await self._app(scope, counted, send)


def is_upload(scope: Scope, headers: Headers) -> bool:
    """Whether a request brings a file, which is never held in memory."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return scope["method"] == "POST" and scope["path"] == UPLOADS and kind == "multipart/form-data"
