"""Write one problem."""

import json
from collections.abc import Iterable, Mapping
from itertools import islice

from fastapi import Request, Response
from pydantic_core import to_jsonable_python

from ridgeline.errors import Violation
from ridgeline.spec.views import Broken, Problem

MEDIA_TYPE = "application/problem+json"
SHOWN_CHARACTERS = 300
"""Length at which a value is cut in an answer."""
SHOWN_VIOLATIONS = 50
"""Broken rules that one answer names at most."""


def answer(
    path: str,
    status: int,
    kind: str,
    detail: str,
    *,
    errors: Iterable[Violation] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The response that states a problem; `kind` is its stable slug."""
    problem = Problem(
        type=f"urn:ridgeline:problem:{kind}",
        title=kind.replace("_", " ").capitalize(),
        status=status,
        detail=detail,
        instance=path,
        errors=tuple(
            Broken(field=broken.field, rule=broken.rule, value=shown(broken.value), remedy=broken.remedy)
            for broken in errors
        ),
    )
    return Response(problem.model_dump_json(), status, headers, MEDIA_TYPE)


def invalid(request: Request, violations: Iterable[Violation]) -> Response:
    """The response that states the broken rules of a request."""
    cut = [
        Violation(each.field, each.rule, shown(each.value), each.remedy)
        for each in islice(violations, SHOWN_VIOLATIONS)
    ]
    return answer(request.url.path, 422, "invalid", ". ".join(str(each) for each in cut), errors=cut)


def shown(value: object) -> object:
    """The value as JSON can hold it, cut when it is long."""
    try:
        text = json.dumps(to_jsonable_python(value, fallback=repr), allow_nan=False)
    except (ValueError, RecursionError):
        text = ascii(value)
        return text[:SHOWN_CHARACTERS]
    return json.loads(text) if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}..."
