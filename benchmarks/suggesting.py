"""Made-up trials, suggested and persisted as a study does it, without their training."""

import time
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

from ridgeline.spec import BUILT_IN, StudySpec, resolve
from ridgeline.spec.resolved import Rung
from ridgeline.spec.states import TrialState
from ridgeline.spec.views import RungView, TrialView
from ridgeline.store import Claim, RungResult, Store, upgrade
from ridgeline_worker.search import decide, goal, next_generation


def seconds_per_trial(folder: Path, trials: int) -> list[float]:
    """Suggest and persist made-up trials, a generation at a time: seconds of each, its share of its generation."""
    upgrade(folder)
    seconds: list[float] = []
    with Store.open(folder) as store:
        claim = claimed(store, trials)
        known: list[TrialView] = []
        while len(known) < trials:
            began = time.perf_counter()
            first = len(known)
            new = next_generation(claim.study, known, trials)
            store.claims.add_generation(claim, new)
            generation = list(store.trials.of(claim.study_id, first=first))
            decide_rungs(store, claim, generation, known)
            known += store.trials.of(claim.study_id, first=first)
            seconds += [(time.perf_counter() - began) / len(new)] * len(new)
    return seconds


def claimed(store: Store, trials: int) -> Claim:
    """A new study of so many trials on breast_cancer, claimed."""
    spec = StudySpec.model_validate({"dataset": "breast_cancer", "budget": {"max_trials": trials}})
    submitted, _ = store.studies.submit(spec, resolve(spec, BUILT_IN["breast_cancer"]))
    claim = store.claims.next("benchmark", lease_seconds=3600.0)
    if claim is None or claim.study_id != submitted.id:
        raise RuntimeError(f"study {submitted.id} was not there to be claimed")
    return claim


def decide_rungs(store: Store, claim: Claim, generation: Sequence[TrialView], known: Sequence[TrialView]) -> None:
    """Every rung of a generation, with a score that is a formula of the trial's number."""
    live = {trial.number: trial for trial in generation}
    for rung in claim.study.plan.rungs:
        scored = {
            number: trial.model_copy(update={"rungs": (*trial.rungs, made_up(number, goal(claim.study, trial, rung)))})
            for number, trial in live.items()
        }
        states = decide(claim.study, list(scored.values()), rung, known)
        results = [RungResult(number, trial.rungs[-1], states[number], None) for number, trial in scored.items()]
        store.claims.record_rung(claim, generation[0].generation, rung, results, running_seconds=1.0, work_done=1)
        live = {number: trial for number, trial in scored.items() if states[number] is TrialState.RUNNING}


def made_up(number: int, rung: Rung) -> RungView:
    """The scores of a rung's folds, a formula of the number."""
    folds = tuple(0.1 + (number * 37 % 101) / 1000 + fold / 100 + 1 / rung.epochs for fold in range(rung.folds))
    return RungView(epochs=rung.epochs, score=fmean(folds), folds=folds)
