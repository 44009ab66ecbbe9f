"""Errors as problems of RFC 9457: one wording, whoever refuses."""

import json
from collections.abc import Iterable
from itertools import islice

from pydantic_core import to_jsonable_python

from ridgeline.errors import (
    Conflict,
    Invalid,
    NotFound,
    NotReadyToServe,
    RidgelineError,
    StorageFull,
    StoreUnavailable,
    Unauthorized,
    Violation,
)
from ridgeline.spec.views import Broken, Problem

STATUSES: dict[type[RidgelineError], int] = {
    Invalid: 422,
    NotFound: 404,
    Conflict: 409,
    Unauthorized: 401,
    NotReadyToServe: 503,
    StoreUnavailable: 503,
    StorageFull: 507,
}
"""HTTP status by class of error; every other error is one that whoever asks cannot mend."""
INTERNAL = 500

SHOWN_CHARACTERS = 300
"""Length at which a value is cut in an answer."""
SHOWN_VIOLATIONS = 50
"""Broken rules that one answer names at most."""


def problem(kind: str, status: int, detail: str, instance: str, errors: Iterable[Violation] = ()) -> Problem:
    """A problem by its stable slug; its title is the slug in words."""
    return Problem(
        type=f"urn:ridgeline:problem:{kind}",
        title=kind.replace("_", " ").capitalize(),
        status=status,
        detail=detail,
        instance=instance,
        errors=tuple(
            Broken(field=broken.field, rule=broken.rule, value=broken.value, remedy=broken.remedy) for broken in errors
        ),
    )


def problem_of(error: RidgelineError, instance: str) -> Problem:
    """The problem that an error of ours is; long values are cut, and of very many broken rules the first are told."""
    if not isinstance(error, Invalid):
        return problem(error.kind, status_of(error) or INTERNAL, str(error), instance)
    told = [
        Violation(each.field, each.rule, shown(each.value), each.remedy)
        for each in islice(error.violations, SHOWN_VIOLATIONS)
    ]
    return problem(error.kind, STATUSES[Invalid], str(Invalid(told)), instance, told)


def status_of(error: RidgelineError) -> int | None:
    """The HTTP status of an error that whoever asks can mend; None: it is none of theirs."""
    return next((status for kind, status in STATUSES.items() if isinstance(error, kind)), None)


def shown(value: object) -> object:
    """The value as JSON can hold it, cut when it is long."""
    try:
        text = json.dumps(to_jsonable_python(value, fallback=repr), ensure_ascii=False, allow_nan=False)
        text.encode()
    except (ValueError, RecursionError):
        text = ascii(value)
        return text[:SHOWN_CHARACTERS]
    return json.loads(text) if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}..."
