"""Routes that read strict JSON."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from ridgeline.spec.parse import parse_json


class StrictRequest(Request):
    """A request whose JSON follows RFC 8259."""

    async def json(self) -> Any:
        """The parsed body.

        Raises:
            json.JSONDecodeError: for anything but strict JSON in UTF-8.
        """
        return parse_json(await self.body())


class StrictRoute(APIRoute):
    """A route that reads strict JSON."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, given a strict request."""
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handle(StrictRequest(request.scope, request.receive))

        return strict
