"""The orders in which lists may be asked for: a closed set, each served by an index."""

from typing import Literal

StudySort = Literal["created_at", "-created_at", "name", "-name"]
"""Order of studies; a leading minus turns it round."""

TrialSort = Literal["number", "-number", "score", "-score"]
"""Order of trials; number: as they were started; score: best first, those without one last, ties by number;
a leading minus turns it round."""
