"""The verdict: statistics of settings that were trained again, in NumPy and SciPy.

`goes_on` after screening, `recommend` before the test part is scored, `Ladder` for its curves, `judge` at the end.
"""

from ridgeline_worker.verdict.case import Case
from ridgeline_worker.verdict.choice import NoContender
from ridgeline_worker.verdict.constrained import recommend
from ridgeline_worker.verdict.contenders import affordable, contenders
from ridgeline_worker.verdict.evidence import Contender, OutOfFold, Paired, Searched, Tested
from ridgeline_worker.verdict.judge import judge
from ridgeline_worker.verdict.ladder import Ladder, ladder_kinds
from ridgeline_worker.verdict.screening import goes_on

__all__ = [
    "Case",
    "Contender",
    "Ladder",
    "NoContender",
    "OutOfFold",
    "Paired",
    "Searched",
    "Tested",
    "affordable",
    "contenders",
    "goes_on",
    "judge",
    "ladder_kinds",
    "recommend",
]
