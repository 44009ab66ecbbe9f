"""A worker that is asked to leave while it starts its fork server ends that too: it knows its id by then."""

import signal

from ridgeline_worker.forkserver import later


def test_signals_come_when_what_was_started_is_known():
    came = []
    before = signal.signal(signal.SIGUSR1, lambda number, _: came.append((number, known)))
    try:
        known = False
        with later(signal.SIGUSR1):
            signal.raise_signal(signal.SIGUSR1)
            known = True
        assert came == [(signal.SIGUSR1, True)]
        signal.raise_signal(signal.SIGUSR1)
        assert len(came) == 2
    finally:
        signal.signal(signal.SIGUSR1, before)
