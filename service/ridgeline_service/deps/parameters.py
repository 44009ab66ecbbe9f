"""Query parameters that no route knows are refused, not ignored."""

from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant

from ridgeline.errors import Invalid, Violation
from ridgeline.spec.violations import suggest


async def refuse_unknown_parameters(request: Request) -> None:
    """Refuse a misspelt filter rather than answer without it.

    Raises:
        Invalid: with each unknown parameter.
    """
    known = tuple(_names(request.scope["route"].dependant))
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise Invalid(
            Violation(name, "must be a known query parameter", request.query_params[name], suggest(name, known))
            for name in unknown
        )


def _names(dependant: Dependant) -> Iterator[str]:
    """Query parameters of a route and of what it depends on."""
    yield from (field.alias for field in dependant.query_params)
    for below in dependant.dependencies:
        yield from _names(below)
