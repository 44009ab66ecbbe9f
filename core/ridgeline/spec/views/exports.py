"""A study as one document."""

from ridgeline.kinds import Frozen
from ridgeline.spec.views.studies import StudyView
from ridgeline.spec.views.trials import TrialView
from ridgeline.spec.views.verdict import Verdict


class StudyExport(Frozen):
    """A study with all its trials: what an export as JSON holds."""

    provisional: bool
    """Whether more trials may come."""
    study: StudyView
    """The study as it stands, with its resolved request."""
    verdict: Verdict | None
    """What it recommends; null until it has come to a verdict, and where it never will."""
    trials: tuple[TrialView, ...]
    """All trials, by number."""
