"""One claim of a study: from where it stands to its end, or until it is given back."""

from collections.abc import Callable
from pathlib import Path
from threading import Event

from ridgeline.errors import BudgetRaised, ClaimLost, StoreUnavailable
from ridgeline.spec import DatasetFacts
from ridgeline.spec.states import EndReason, Phase, StudyState, TrialState
from ridgeline.store import Claim, Store
from ridgeline_worker.engine import Engine, Turns, task
from ridgeline_worker.study_run.final import Final
from ridgeline_worker.study_run.leaving import Released
from ridgeline_worker.study_run.search import Search
from ridgeline_worker.study_run.work import Work

Locate = Callable[[DatasetFacts], Path]


class StudyRun:
    """Carries a claimed study: the search, then the final with its refit; what is stored stands.

    A study that was begun before goes on from what is stored; a stage that was not stored trains again.
    """

    def __init__(
        self,
        store: Store,
        claim: Claim,
        engine: Engine,
        turns: Turns,
        leaving: Event,
        *,
        locate: Locate,
        leaves_files: bool = True,
    ) -> None:
        """Prepare the run.

        Args:
            locate: finds the stored table of a data set.
            leaves_files: whether the study leaves files with its verdict.
        """  # fmt: skip
        self.claim = claim
        self._store, self._locate = store, locate
        self._work = Work(store, claim, engine, turns, leaving, table=Path(), leaves_files=leaves_files)
        self._log = self._work.log

    @property
    def running_seconds(self) -> float:
        """Running time of the study, all claims together."""
        return self._work.running_seconds

    def run(self) -> None:
        """Carry the study as far as it goes.  Errors end the study, never the worker; those of the database neither."""
        self._log.info("study.running", name=self.claim.study.name, phase=self.claim.phase)
        try:
            self._carry()
        except ClaimLost as lost:
            self._log.warning("study.lost", detail=str(lost))
        except Exception:
            self._log.exception("study.not_stored")  # the lease runs out, then a worker takes it up again

    def _carry(self) -> None:
        try:
            self._to_the_end()
        except ClaimLost:
            raise
        except (Released, BudgetRaised):
            self._give_back()
        except StoreUnavailable as error:
            self._log.warning("study.interrupted", detail=str(error))
            self._give_back()
        except Exception as error:
            self._log.exception("study.failed")
            self._settle(StudyState.FAILED, EndReason.ERROR, detail=f"{type(error).__name__}: {error}")

    def _to_the_end(self) -> None:
        study = self.claim.study
        self._work.table = self._locate(study.dataset)
        self._work.ask(task.check)  # where rows are not there or cannot be scored, the study fails, not each trial
        ended_by, max_trials = self.claim.search_ended_by, None
        if self.claim.phase is Phase.SEARCH or ended_by is None:
            ended_by, max_trials = Search(self._work).run()
            trials = self._store.trials.of(self.claim.study_id)
            if not study.evaluation.final_repeats or all(t.state is not TrialState.COMPLETE for t in trials):
                state = StudyState.STOPPED if ended_by is EndReason.STOP else StudyState.COMPLETED
                self._settle(state, ended_by, max_trials=max_trials)
                return
            self._log.info("search.ended", reason=ended_by, running_seconds=round(self.running_seconds, 3))
        state = Final(self._work, ended_by, max_trials, begins=self.claim.search_ended_by is None).run()
        self._log.info("study.settled", state=state, running_seconds=round(self.running_seconds, 3))

    def _give_back(self) -> None:
        self._store.claims.release(self.claim, running_seconds=self.running_seconds)
        self._log.info("study.released")

    def _settle(
        self, state: StudyState, reason: EndReason, *, detail: str | None = None, max_trials: int | None = None
    ) -> None:
        self._store.claims.settle(
            self.claim, state, reason, detail=detail, running_seconds=self.running_seconds, max_trials=max_trials
        )
        self._log.info("study.settled", state=state, reason=reason, running_seconds=round(self.running_seconds, 3))
