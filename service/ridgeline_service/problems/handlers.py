"""Turn what a request causes into a problem."""

from collections.abc import Iterator
from http import HTTPStatus
from itertools import islice
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from ridgeline.errors import (
    Invalid,
    NotReady,
    NotReadyToServe,
    RidgelineError,
    StoreUnavailable,
    Unauthorized,
    Violation,
)
from ridgeline.spec.problems import SHOWN_VIOLATIONS, problem_of, status_of
from ridgeline.spec.violations import DOCUMENT, no_json, of_parameter, violations
from ridgeline_service.problems.render import answer, send

RETRY_AFTER_SECONDS = 5
SLUGS = {413: "content_too_large"}
"""Slugs of what the framework refuses, where Python's phrase changes with its version."""


def handle_problems(app: FastAPI) -> None:
    """Answer every exception that a request may cause with a problem."""
    app.exception_handler(RidgelineError)(_ours)
    app.exception_handler(RequestValidationError)(_malformed)
    app.exception_handler(HTTPException)(_refused)


async def _ours(request: Request, error: RidgelineError) -> Response:
    if status_of(error) is None:
        raise error
    headers = {}
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, NotReady | NotReadyToServe | StoreUnavailable):
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return send(problem_of(error, request.url.path), headers)


async def _malformed(request: Request, error: RequestValidationError) -> Response:
    """What the framework found wrong; the location of each of its errors starts with the part of the request."""
    told = islice(_violations(request, error), SHOWN_VIOLATIONS)
    return send(problem_of(Invalid(told), request.url.path))


def _violations(request: Request, error: RequestValidationError) -> Iterator[Violation]:
    for broken in error.errors():
        part, *location = broken["loc"]
        if part != "body":
            yield of_parameter({**broken, "loc": location})
        elif broken["type"] == "json_invalid":
            yield no_json(str(error.body), location[0], broken["ctx"]["error"])
        elif isinstance(error.body, bytes):
            remedy = "send JSON with the header Content-Type: application/json"
            yield Violation(DOCUMENT, "must be declared as JSON", error.body.decode("utf-8", "replace"), remedy)
        else:
            yield from violations([{**broken, "loc": location}], error.body, _body_type(request))


async def _refused(request: Request, error: HTTPException) -> Response:
    """What the framework refuses: unknown routes and methods, bodies that are too large."""
    detail = str(error.detail)
    if error.status_code == HTTPStatus.NOT_FOUND:
        detail = f"no route has the path {request.url.path!r}; /openapi.json lists them"
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "another method")
        detail = f"the method must be {allowed} here but got {request.method}; /openapi.json lists the routes"
    kind = SLUGS.get(error.status_code) or HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
    return answer(request.url.path, error.status_code, kind, detail, headers=error.headers)


def _body_type(request: Request) -> Any:
    """What the route of this request takes as its body."""
    field = getattr(request.scope.get("route"), "body_field", None)
    return field.field_info.annotation if field else None
