"""From rows to views."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from ridgeline.spec.statistics import standard_error
from ridgeline.spec.views import TrialView


def moment(seconds: float) -> datetime:
    """A time of the tables as an aware one."""
    return datetime.fromtimestamp(seconds, UTC)


def optional_moment(seconds: float | None) -> datetime | None:
    """The same, of a time that may not have come yet."""
    return None if seconds is None else moment(seconds)


def trial_view(row: Row[Any]) -> TrialView:
    """A row of `trials`; the standard error follows from the folds of the last rung."""
    told = row._mapping  # noqa: SLF001  # public in SQLAlchemy
    error = None if row.score is None else standard_error(row.rungs[-1]["folds"])
    return TrialView.model_validate(
        {name: told[name] for name in _AS_THEY_ARE}
        | {
            "standard_error": error,
            "started_at": moment(row.started_at),
            "ended_at": optional_moment(row.ended_at),
        }
    )


_AS_THEY_ARE = TrialView.model_fields.keys() - {"standard_error", "started_at", "ended_at"}
