"""Send a problem."""

from collections.abc import Mapping

from fastapi import Response

from ridgeline.spec.problems import problem
from ridgeline.spec.views import Problem

MEDIA_TYPE = "application/problem+json"


def answer(path: str, status: int, kind: str, detail: str, *, headers: Mapping[str, str] | None = None) -> Response:
    """The response that states a problem; `kind` is its stable slug."""
    return send(problem(kind, status, detail, path), headers)


def send(told: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The response that states this problem."""
    return Response(told.model_dump_json(), told.status, headers, MEDIA_TYPE)
