"""Problems of a service become the exceptions that raised them."""

from collections.abc import Iterator

import httpx
from pydantic import ValidationError

from ridgeline.errors import Invalid, RidgelineError, ServiceFailed, Violation
from ridgeline.spec.views import Problem

SHOWN_CHARACTERS = 200
"""Length at which an answer that is no problem is cut."""


def raise_for_problem(response: httpx.Response) -> None:
    """Raise what the service raised, if it refused; the body must have been read.

    Raises:
        RidgelineError: of the class that the problem's type names.
    """
    if response.is_success:
        return
    try:
        problem = Problem.model_validate_json(response.content, extra="ignore")
    except ValidationError:
        told = " ".join(response.text.split())[:SHOWN_CHARACTERS] or "an empty body"
        raise ServiceFailed(
            f"{response.request.url} must answer like a Ridgeline service but got status {response.status_code} "
            f"with {told!r}; check the URL and what stands between"
        ) from None
    raise to_error(problem)


def to_error(problem: Problem) -> RidgelineError:
    """The exception of a problem, with the words of the process that raised it."""
    slug = problem.type.rpartition(":")[2]
    if slug == Invalid.kind:
        return Invalid(Violation(each.field, each.rule, each.value, each.remedy) for each in problem.errors)
    kinds = {kind.kind: kind for kind in _kinds(RidgelineError)}
    kind = kinds.get(slug, RidgelineError if problem.status < 500 else ServiceFailed)
    return kind.__new__(kind, problem.detail)


def _kinds(base: type[RidgelineError]) -> Iterator[type[RidgelineError]]:
    yield base
    for kind in base.__subclasses__():
        yield from _kinds(kind)
