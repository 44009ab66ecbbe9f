"""What a route says of its problems, for the OpenAPI page."""

from typing import Any

from ridgeline.spec.views import Problem

MEANINGS = {
    401: "A token is needed, and none or a wrong one came.",
    404: "Nothing has this id.",
    409: "The state of things forbids it: of the study, of a name, of an earlier use of the Idempotency-Key.",
    413: "The body is too large.",
    422: "The request breaks rules; `errors` names field, rule, value and remedy of each.",
    503: "Not ready; ask again later.",
    507: "No room is left for files; nothing was kept.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may answer with these problems."""
    return {status: {"model": Problem, "description": MEANINGS[status]} for status in statuses}
