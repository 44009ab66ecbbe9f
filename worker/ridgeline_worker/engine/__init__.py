"""Where cohorts run: inline in tests, on a local Dask cluster by default."""

from ridgeline_worker.engine.engine import Engine
from ridgeline_worker.engine.inline import InlineEngine
from ridgeline_worker.engine.race import Race, Reached
from ridgeline_worker.engine.turns import Turns

__all__ = ["Engine", "InlineEngine", "Race", "Reached", "Turns"]
