"""Count every answer and time how long it took to start."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ridgeline_service.deps import Metrics

UNMATCHED = "unmatched"
"""One label for all unknown paths, so that they cannot fill the memory."""


class Metering:
    """Observes the start of each answer."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and observe its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()

        async def observed(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", UNMATCHED)
                method = scope["method"] if route != UNMATCHED else UNMATCHED
                self._metrics.answered(method, route, message["status"], time.perf_counter() - began)
            await send(message)

        await self._app(scope, receive, observed)
