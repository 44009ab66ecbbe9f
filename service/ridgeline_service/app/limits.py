"""A limit on the size of request bodies."""

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ridgeline_service.problems import SLUGS, answer

TOO_LARGE = 413


class BodyLimit:
    """Refuses a body that says that it is too large, and stops reading one that turns out to be."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced) > self._max_bytes:
            response = answer(scope["path"], TOO_LARGE, SLUGS[TOO_LARGE], self._detail(announced))
            await response(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max_bytes:
                raise HTTPException(TOO_LARGE, self._detail(f"more than {self._max_bytes}"))
            return message

        await self._app(scope, counted, send)

    def _detail(self, got: str) -> str:
        return f"the body must have at most {self._max_bytes} bytes but got {got}; send less (RIDGELINE_MAX_BODY_BYTES)"
