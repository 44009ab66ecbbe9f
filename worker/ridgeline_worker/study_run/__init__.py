"""One study, carried from its claim to its verdict: the search, the final, the refit."""

from ridgeline_worker.study_run.run import StudyRun

__all__ = ["StudyRun"]
