"""Signs of life: renews the leases of a worker's studies from a thread of its own."""

from threading import Event, Lock, Thread
from typing import Protocol, runtime_checkable

import structlog

from ridgeline.errors import ClaimLost
from ridgeline.store import Claim, Store

log = structlog.get_logger(__name__)


@runtime_checkable
class Held(Protocol):
    """A study in work."""

    claim: Claim

    @property
    def running_seconds(self) -> float:
        """Running time of the study, all claims together."""


class Heartbeat:
    """Renews every held lease, whatever the studies are doing."""

    def __init__(self, store: Store, *, lease_seconds: float, renew_seconds: float) -> None:
        self._store = store
        self._lease_seconds, self._renew_seconds = lease_seconds, renew_seconds
        self._held: set[Held] = set()
        self._lock, self._over = Lock(), Event()
        self._thread = Thread(target=self._beat, name="heartbeat", daemon=True)
        self._thread.start()

    def hold(self, run: Held) -> None:
        """Renew this study's lease from now on."""
        with self._lock:
            self._held.add(run)

    def drop(self, run: Held) -> None:
        """Renew it no more."""
        with self._lock:
            self._held.discard(run)

    def close(self) -> None:
        """Stop."""
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(self._renew_seconds):
            with self._lock:
                held = tuple(self._held)
            for run in held:
                self._renew(run)

    def _renew(self, run: Held) -> None:
        try:
            self._store.claims.renew(run.claim, lease_seconds=self._lease_seconds, running_seconds=run.running_seconds)
        except ClaimLost:
            self.drop(run)  # the run sees it at its next segment
        except Exception:
            log.exception("lease.not_renewed", study=run.claim.study_id)  # the next beat tries again
