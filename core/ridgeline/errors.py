"""Every exception of Ridgeline, in one tree.

A message names the thing, the rule, the value that broke it and what to do.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from pydantic_core import to_jsonable_python


class RidgelineError(Exception):
    """Base of all errors that Ridgeline raises on purpose."""

    kind: ClassVar[str] = "error"  #: stable slug; the last part of a problem's `type`


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule of a request."""

    field: str  #: dotted path in the request, such as `regularizers.1.strength.low`
    rule: str  #: what must hold
    value: object  #: what was given
    remedy: str  #: what to do

    def __str__(self) -> str:
        return f"{self.field} {self.rule} but got {_as_written(self.value)}; {self.remedy}"


def _as_written(value: object) -> str:
    """The value as whoever sent it wrote it: a word in quotes, all else as JSON."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return repr(value)
    try:
        return json.dumps(to_jsonable_python(value, fallback=str), ensure_ascii=False)
    except (ValueError, RecursionError):
        return ascii(value)


class Invalid(RidgelineError):
    """A request breaks one rule or more; nothing was stored."""

    kind = "invalid"

    def __init__(self, violations: Iterable[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__(". ".join(str(violation) for violation in self.violations))


class NotFound(RidgelineError):
    """Nothing has this name or id."""

    kind = "not_found"

    def __init__(self, noun: str, name: object) -> None:
        super().__init__(f"{noun} {name!r} does not exist; list what there is, then use an id from the list")


class Conflict(RidgelineError):
    """The state of a thing forbids the action."""

    kind = "conflict"


class ImpossibleAction(Conflict):
    """A study in this state cannot take this action."""

    kind = "impossible_action"
    possible: tuple[str, ...] = ()  #: empty when another process told of the error

    def __init__(self, action: str, state: str, possible: Iterable[str]) -> None:
        self.possible = tuple(possible)
        choices = ", ".join(self.possible) or "none"
        super().__init__(f"{action} is impossible for a study that is {state}; possible actions now: {choices}")


class NotReady(Conflict):
    """The answer does not exist yet; ask again later."""

    kind = "not_ready"


class NoVerdict(Conflict):
    """The study ended without a verdict, and will have none as it stands."""

    kind = "no_verdict"


class NoArtifact(Conflict):
    """The study has its verdict but not this file, and will not have it as it stands."""

    kind = "no_artifact"


class BudgetRaised(RidgelineError):
    """The budget was raised after the search had ended: it goes on, and what the final has is out of date."""

    kind = "budget_raised"

    def __init__(self, study_id: str) -> None:
        super().__init__(f"the budget of study {study_id!r} was raised in its final; its search goes on")


class NotReadyToServe(RidgelineError):
    """The service cannot work now; another answer may come later."""

    kind = "not_ready_to_serve"


class KeyReused(Conflict):
    """An Idempotency-Key came back with another request."""

    kind = "idempotency_key_reused"

    def __init__(self, key: str) -> None:
        super().__init__(
            f"Idempotency-Key must stand for one request but {key!r} was used with another body; send a new key"
        )


class StorageFull(RidgelineError):
    """There is no room left for files; nothing was kept."""

    kind = "storage_full"

    def __init__(self, needed: str) -> None:
        super().__init__(
            f"the data folder must have room for {needed} but is full; remove data sets, or ask the operator"
        )


class Unauthorized(RidgelineError):
    """A token is needed, and none or a wrong one came."""

    kind = "unauthorized"


class Unreachable(RidgelineError):
    """No service answers at the URL."""

    kind = "unreachable"

    def __init__(self, url: str, cause: object) -> None:
        super().__init__(
            f"no Ridgeline service answers at {url} ({cause}); start one with `ridgeline serve`, "
            "or set RIDGELINE_URL or --url to the one that runs"
        )


class ServiceFailed(RidgelineError):
    """The service met an error of its own, or something else answers in its place."""

    kind = "internal"


class ClaimLost(RidgelineError):
    """The study now belongs to another claim: stop at once and write nothing more."""

    kind = "claim_lost"

    def __init__(self, study_id: str, claim: int) -> None:
        super().__init__(
            f"study {study_id!r} is no longer held by claim {claim}; another worker has it or it has ended"
        )


class StoreUnavailable(RidgelineError):
    """The database is locked, full or out of reach; what was asked of it is right and may succeed later."""

    kind = "store_unavailable"

    def __init__(self, cause: object) -> None:
        super().__init__(f"the database must be free and have room but got: {cause}; look at its disk and try again")


class SchemaOutdated(RidgelineError):
    """The database waits for an upgrade."""

    kind = "schema_outdated"


class SchemaTooNew(RidgelineError):
    """A newer Ridgeline has upgraded the database."""

    kind = "schema_too_new"


class NoScript(RidgelineError):
    """A setting that cannot be written as a script."""

    kind = "no_script"

    def __init__(self, kinds: Iterable[str], scripted: Iterable[str]) -> None:
        super().__init__(
            f"a script must be of {', '.join(scripted)} but got {', '.join(kinds)}; "
            "docs/regularizers.md has its formula and what other libraries have in its place"
        )


class MissingExtra(RidgelineError):
    """A part of Ridgeline that is not installed is needed."""

    kind = "missing_extra"

    def __init__(self, extra: str) -> None:
        super().__init__(
            f"this command needs the {extra} of Ridgeline; install it with: pip install 'ridgeline[{extra}]'"
        )
