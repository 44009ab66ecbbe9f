"""What nobody expected: logged with its traceback, answered without it."""

import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ridgeline_service.problems import answer

log = logging.getLogger(__name__)


class LastResort:
    """Turns any exception into a problem; the connection stays open for the next request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and catch what comes back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_started = False

        async def noted(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception:
            log.exception("%s %s failed", scope["method"], scope["path"])
            if has_started:
                raise
            detail = "the service met an error of its own; its log tells more; look before you send the request again"
            await answer(scope["path"], 500, "internal", detail)(scope, receive, send)
