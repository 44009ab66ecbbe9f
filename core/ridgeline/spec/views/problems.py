"""An error, as every interface tells it."""

from typing import Any

from ridgeline.kinds import Frozen


class Broken(Frozen):
    """One broken rule of a request."""

    field: str
    """Dotted path in the request, such as `regularizers.1.strength`."""
    rule: str
    """What must hold."""
    value: Any
    """What was given."""
    remedy: str
    """What to do."""


class Problem(Frozen):
    """An error, by RFC 9457."""

    type: str
    """Stable name of the problem, such as `urn:ridgeline:problem:invalid`."""
    title: str
    """The same in words."""
    status: int
    """HTTP status."""
    detail: str
    """What went wrong here and what to do."""
    instance: str
    """Path of the request."""
    errors: tuple[Broken, ...] = ()
    """Every broken rule, for an invalid request."""
