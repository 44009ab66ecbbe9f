"""The OpenAPI page: what FastAPI makes, with problems under their media type."""

from typing import Any

from fastapi import FastAPI

from ridgeline_service.problems import MEDIA_TYPE

FRAMEWORK_ERRORS = ("HTTPValidationError", "ValidationError")
"""Schemas of answers that this service never gives."""


def document(app: FastAPI) -> None:
    """Make the page once, when it is first asked for."""
    make = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _corrected(make())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _corrected(page: dict[str, Any]) -> dict[str, Any]:
    for operations in page["paths"].values():
        for operation in operations.values():
            operation["responses"] = {
                status: _as_problem(response) if status >= "400" else response
                for status, response in operation["responses"].items()
                if FRAMEWORK_ERRORS[0] not in str(response)
            }
    for name in FRAMEWORK_ERRORS:
        page["components"]["schemas"].pop(name, None)
    return page


def _as_problem(response: dict[str, Any]) -> dict[str, Any]:
    content = response["content"]
    return {**response, "content": {MEDIA_TYPE: next(iter(content.values()))}}
