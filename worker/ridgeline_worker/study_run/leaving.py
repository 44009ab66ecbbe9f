"""How a part of a run is left from the middle."""

from dataclasses import dataclass

from ridgeline.spec.states import EndReason


class Released(Exception):
    """The study goes back unended: it is paused, its budget was raised in its final, or this worker leaves."""


class AnswerWanted(Exception):
    """What the verdict does not need is left out: the study is to stop."""


@dataclass
class SearchEnded(Exception):
    """The search ends here."""

    reason: EndReason
