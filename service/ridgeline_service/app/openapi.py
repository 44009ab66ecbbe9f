"""The OpenAPI page: what FastAPI makes, with problems under their media type and answers that were given."""

from typing import Any

from fastapi import FastAPI

from ridgeline.spec.additions import AddedFile, AddedRows
from ridgeline.spec.views import EventView
from ridgeline_service.operations.examples import ANSWERS
from ridgeline_service.problems import MEDIA_TYPE

EVENT_STREAM = "text/event-stream"
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
                status: _as_problem(response) if status >= "400" else _as_stream(response)
                for status, response in operation["responses"].items()
                if FRAMEWORK_ERRORS[0] not in str(response)
            }
    schemas = page["components"]["schemas"]
    for name in FRAMEWORK_ERRORS:
        schemas.pop(name, None)
    schemas[EventView.__name__] = EventView.model_json_schema()
    _tell_bodies(schemas)
    _show_answers(page["paths"])
    return page


def _show_answers(paths: dict[str, Any]) -> None:
    """Put examples beside answers: from a route's own declaration, FastAPI would leave out their nulls."""
    for path, examples in ANSWERS.items():
        paths[path]["get"]["responses"]["200"]["content"]["application/json"]["examples"] = examples


def _tell_bodies(schemas: dict[str, Any]) -> None:
    """Describe the bodies that a route reads by itself."""
    for model in (AddedFile, AddedRows):
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        for name, defined in schema.pop("$defs", {}).items():
            schemas.setdefault(name, defined)
        schemas[model.__name__] = schema
    file = {"type": "string", "format": "binary", "description": "CSV, Parquet, Arrow, NPZ, or a JSON object a line."}
    schemas[AddedFile.__name__]["properties"]["file"] = file
    schemas[AddedFile.__name__]["required"] = ["file"]


def _as_problem(response: dict[str, Any]) -> dict[str, Any]:
    """The same under the media type of problems."""
    schema = next(iter(response["content"].values()))
    return {**response, "content": {MEDIA_TYPE: schema}}


def _as_stream(response: dict[str, Any]) -> dict[str, Any]:
    """A stream of events in words of OpenAPI 3.1, which has none for the items of a stream."""
    if EVENT_STREAM not in response.get("content", {}):
        return response
    told = f"Server-sent events: `event` is the type, `id` is where to resume, `data` is an {EventView.__name__}."
    event = {"$ref": f"#/components/schemas/{EventView.__name__}"}
    return {**response, "content": {EVENT_STREAM: {"schema": {"type": "string", "description": told}, "x-data": event}}}
