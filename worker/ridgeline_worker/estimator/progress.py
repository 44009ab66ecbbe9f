"""How far a fit is, as lines on stdout."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from ridgeline.spec.views import StudyView
from ridgeline.store import Store

EVERY_SECONDS = 1.0


@contextmanager
def told(store: Store, study_id: str, *, verbose: int) -> Iterator[None]:
    """Print a line whenever the study has come further, at most one a second, and one at its end."""
    if not verbose:
        yield
        return
    ended = Event()

    def tell() -> None:
        last = ""
        while not ended.wait(EVERY_SECONDS):
            line = progress_line(store.studies.get(study_id))
            if line != last:
                _print(line)
            last = line

    teller = Thread(target=tell, name=f"progress-{study_id}", daemon=True)
    teller.start()
    try:
        yield
    finally:
        ended.set()
        teller.join()
    _print(progress_line(store.studies.get(study_id)))


def progress_line(study: StudyView) -> str:
    """Where a study stands, in a line."""
    line = f"[ridgeline] {study.phase}: {study.trials.ended} of {study.max_trials} settings"
    if study.final is not None:
        line += f", {study.final.evaluations_done} of {study.final.evaluations} models of the final"
    if study.best is not None:
        line += f"; best {study.best.regularizer}, {study.study.objective.metric} {study.best.score:.4g}"
    if study.seconds_left is not None:
        line += f"; about {study.seconds_left:.0f} s left"
    return line


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
