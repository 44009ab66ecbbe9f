"""A trial of a made-up study, as the search sees it before its first rung."""

from datetime import UTC, datetime

from ridgeline.spec.states import TrialState
from ridgeline.spec.views import TrialView
from ridgeline.store import NewTrial

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def begun(new: NewTrial) -> TrialView:
    """A trial that has just been asked for."""
    return TrialView(
        number=new.number,
        **new.setting.model_dump(),
        derived=new.derived,
        origin=new.origin,
        generation=new.generation,
        bracket=new.bracket,
        state=TrialState.RUNNING,
        failure=None,
        score=None,
        standard_error=None,
        rungs=(),
        started_at=NOW,
        ended_at=None,
    )
