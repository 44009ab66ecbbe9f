"""How long does the report of a study take?  It is made when it is asked for, so this is what its reader waits for.

The study is made up: its trials and learning curves are written to a store as a worker writes them, and its verdict is
the example of the OpenAPI page.

    python benchmarks/pages.py [--quick]
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path
from statistics import fmean

from report import Figure, Report, run

from ridgeline.report import page
from ridgeline.spec import BUILT_IN, Setting, StudySpec, resolve
from ridgeline.spec.resolved import Rung
from ridgeline.spec.states import EndReason, Origin, TrialState
from ridgeline.spec.views import Course, EpochScore, FinalProgress, RungView, Sparsity, Verdict
from ridgeline.store import NewTrial, RungResult, Stage, Store, upgrade

KINDS = {"none": None, "l1": "strength", "l2": "strength", "dropout": "rate"}
"""Those of the example verdict, with the strength of each."""
RUNGS = (Rung(epochs=50, folds=1), Rung(epochs=50, folds=5))
TARGET = 3.0
FRESH = """
import sys, time
from pathlib import Path
began = time.perf_counter()
from ridgeline.report import page
from ridgeline.store import Store
with Store.open(Path(sys.argv[1])) as store:
    page(store, sys.argv[2])
print(time.perf_counter() - began)
"""


def concluded(store: Store, trials: int) -> str:
    """A study of so many trials, a third of which reached the last rung; returns its id."""
    asked = StudySpec.model_validate(
        {"dataset": "breast_cancer", "regularizers": list(KINDS), "budget": {"max_trials": trials}}
    )
    study_id = store.studies.submit(asked, resolve(asked, BUILT_IN["breast_cancer"]))[0].id
    claim = store.claims.next("benchmark", lease_seconds=600)
    if claim is None:
        raise ValueError("the study that was submitted must be there to be claimed")
    rng, kinds = random.Random(0), list(KINDS)  # noqa: S311 - made-up scores
    store.claims.add_generation(claim, [_new(number, kinds[number % len(kinds)], rng) for number in range(trials)])
    for rung in RUNGS:
        reached = [number for number in range(trials) if rung == RUNGS[0] or number % 3 == 0]
        results = [_result(number, rung, rng) for number in reached]
        store.claims.record_rung(claim, 0, rung, results, running_seconds=1.0, work_done=1)
    told = json.loads(files("ridgeline_service.operations").joinpath("verdict.json").read_text(encoding="utf-8"))
    verdict = Verdict.model_validate({**told, "study_id": study_id})
    progress = FinalProgress(contenders=8, evaluations=400, evaluations_done=400)
    store.finals.begin(claim, EndReason.BUDGET, progress, max_trials=None, running_seconds=2.0)
    courses = {one.number: _course(one.score) for one in verdict.contenders if one.setting and one.score is not None}
    stage = Stage({number: [[0.1] * 5] * 3 for number in courses}, None, courses)
    store.finals.record_stage(claim, "final", stage, progress, running_seconds=3.0, work_done=1)
    store.finals.conclude(claim, verdict, test_part=None, running_seconds=4.0)
    return study_id


def _new(number: int, kind: str, rng: random.Random) -> NewTrial:
    name = KINDS[kind]
    strengths = {} if name is None else {name: rng.random() * 0.5 if name == "rate" else 10 ** rng.uniform(-6, -1)}
    setting = Setting(regularizer=kind, strengths=strengths, learning_rate=0.001)
    return NewTrial(number=number, setting=setting, origin=Origin.SAMPLED, generation=0, bracket=0, derived={})


def _result(number: int, rung: Rung, rng: random.Random) -> RungResult:
    folds = tuple(rng.uniform(0.05, 0.15) for _ in range(rung.folds))
    goes_on = TrialState.RUNNING if number % 3 == 0 else TrialState.PRUNED
    state = TrialState.COMPLETE if rung == RUNGS[-1] else goes_on
    return RungResult(number, RungView(epochs=rung.epochs, score=fmean(folds), folds=folds), state, None)


def _course(score: float) -> Course:
    curve = tuple(EpochScore(epochs=e, score=score + 0.6 / e, standard_error=0.01) for e in (1, 2, 3, 6, 12, 24, 50))
    sparsity = Sparsity(weights=6080, zero=0.1, small=0.2, below=1e-3, inputs=30, unread=0)
    return Course(curve=curve, fitted=((score / 2,) * 5,), sparsity=sparsity)


def measure(quick: bool) -> Report:  # noqa: FBT001 - the one choice that every benchmark has
    """In a new process, imports and all, then again in one that has made a page before."""
    trials, repeats = (60, 2) if quick else (1000, 7)
    with tempfile.TemporaryDirectory(prefix="ridgeline-benchmark-") as name:
        folder = Path(name)
        upgrade(folder)
        with Store.open(folder) as store:
            study_id = concluded(store, trials)
            command = [sys.executable, "-c", FRESH, str(folder), study_id]
            fresh = tuple(float(subprocess.check_output(command, text=True)) for _ in range(repeats))
            again, size = [], len(page(store, study_id))
            for _ in range(repeats):
                began = time.perf_counter()
                page(store, study_id)
                again.append(time.perf_counter() - began)
    return Report(
        "pages",
        "seconds from a stored verdict to the page of its report, nothing of which is made before it is asked for",
        {"trials": trials, "repeats": repeats, "megabytes": round(size / 1e6, 2)},
        (
            Figure.median("report in a new process, with imports", fresh, "s", TARGET),
            Figure.median("report again", again, "s"),
        ),
    )


if __name__ == "__main__":
    run(measure, __doc__)
