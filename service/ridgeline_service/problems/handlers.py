"""Turn what a request causes into a problem."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from ridgeline.errors import Conflict, Invalid, NotFound, NotReady, RidgelineError, Unauthorized
from ridgeline_service.problems.render import answer, invalid
from ridgeline_service.problems.violations import violations

RETRY_AFTER_SECONDS = 5


class NotReadyToServe(RidgelineError):
    """The service cannot work now; another answer may come later."""

    kind = "not_ready_to_serve"


STATUSES: dict[type[RidgelineError], int] = {
    Invalid: 422,
    NotFound: 404,
    Conflict: 409,
    Unauthorized: 401,
    NotReadyToServe: 503,
}
"""Every other error of ours is one that whoever asks cannot mend: it is raised on."""


def handle_problems(app: FastAPI) -> None:
    """Answer every exception that a request may cause with a problem."""
    app.exception_handler(RidgelineError)(_ours)
    app.exception_handler(RequestValidationError)(_malformed)
    app.exception_handler(HTTPException)(_refused)


async def _ours(request: Request, error: RidgelineError) -> Response:
    status = next((code for kind, code in STATUSES.items() if isinstance(error, kind)), None)
    if status is None:
        raise error
    if isinstance(error, Invalid):
        return invalid(request, error.violations)
    headers = {}
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, NotReady | NotReadyToServe):
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer(request.url.path, status, error.kind, str(error), headers=headers)


async def _malformed(request: Request, error: RequestValidationError) -> Response:
    return invalid(request, violations(error.errors(), error.body, _body_type(request)))


async def _refused(request: Request, error: HTTPException) -> Response:
    """What the framework refuses: unknown routes and methods, bodies that are too large."""
    detail = str(error.detail)
    if error.status_code == HTTPStatus.NOT_FOUND:
        detail = f"no route has the path {request.url.path!r}; /openapi.json lists them"
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "another method")
        detail = f"the method must be {allowed} here but got {request.method}; /openapi.json lists the routes"
    kind = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
    return answer(request.url.path, error.status_code, kind, detail, headers=error.headers)


def _body_type(request: Request) -> Any:
    """What the route of this request takes as its body."""
    field = getattr(request.scope.get("route"), "body_field", None)
    return field.field_info.annotation if field else None
