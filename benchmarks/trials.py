"""How many trials a second does a whole search make?  Against Optuna around a plain PyTorch loop.

Both search the six kinds on breast_cancer with TPE and SQLite, on two processes of one thread; the same model, folds,
ranges, batches and epochs, no pruner.  Rates are taken between two trials, so that imports and first steps stand apart.
A full run takes about five minutes on two cores.

    python benchmarks/trials.py [--quick]
"""

import json
import math
import tempfile
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path
from statistics import fmean, median

import optuna
import torch
from plain import PlainTraining
from report import Figure, Report, run
from sklearn.metrics import log_loss

from ridgeline.cli.processes import Child, ChildDied, end
from ridgeline.kinds import Range
from ridgeline.spec import BUILT_IN, ResolvedStudy, Setting, StudySpec, resolve
from ridgeline.store import Store
from ridgeline.tables.built_in import FOLDER
from ridgeline_worker.data import Table, Wishes, prepare
from ridgeline_worker.training.problem import dealt, evaluations

PROCESSES = 2
TARGET = 7.0
LIBRARIES = ["optuna", "sklearn.metrics", "ridgeline_worker.training.problem"]
"""What takes long to import in a process of Optuna."""


def ridgeline_trials_per_second(request: dict[str, object], folder: Path) -> float:
    """A study as `ridgeline run` carries it; between the ends of its first and its last generation."""
    path = folder / "spec.json"
    path.write_text(json.dumps(request), encoding="utf-8")
    arguments = ["run", str(path), "--data-dir", str(folder), "--processes", str(PROCESSES)]
    child = Child("worker", "ridgeline_worker", arguments, pipe=True)
    try:
        last = [line["study"] for line in child.lines() if "study" in line][-1]
        if code := child.process.wait():
            raise ChildDied(child.name, code)
    finally:
        end([child])
    with Store.open(folder) as store:
        ends = sorted(trial.ended_at.timestamp() for trial in store.trials.of(last["id"]) if trial.ended_at)
    return _rate(ends, first=_study(request).plan.generation_trials)


def optuna_trials_per_second(request: dict[str, object], trials: int, folder: Path) -> float:
    """Processes that share an Optuna study; the trials of the first tenth stand apart."""
    storage = f"sqlite:///{folder / 'optuna.db'}"
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    optuna.create_study(study_name="peer", storage=storage)
    context = get_context("forkserver")
    context.set_forkserver_preload(LIBRARIES)  # imports once for all
    arguments = (request, storage, trials // PROCESSES)
    workers = [context.Process(target=_optimize, args=(*arguments, seed), daemon=True) for seed in range(PROCESSES)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    done = optuna.load_study(study_name="peer", storage=storage).get_trials(deepcopy=False)
    ends = sorted(trial.datetime_complete.timestamp() for trial in done if trial.datetime_complete)
    return _rate(ends, first=max(PROCESSES, trials // 10))


def _optimize(request: dict[str, object], storage: str, trials: int, seed: int) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = _study(request)
    table = Table.open(FOLDER / "breast_cancer.parquet", study.dataset)
    folds = [
        (
            torch.from_numpy(fold.train.x).float(),
            torch.from_numpy(fold.train.y).float(),
            torch.from_numpy(fold.validation.x).float(),
            fold.validation.y,
        )
        for fold in prepare(table, dealt(study, table, evaluations(study)), Wishes())
    ]

    def objective(trial: optuna.Trial) -> float:
        setting, losses = _suggest(trial, study), []
        for x, y, validation_x, validation_y in folds:
            training = PlainTraining.of(study, setting)
            training.train(x, y, study.training.epochs)
            losses.append(log_loss(validation_y, training.probabilities(validation_x).double().numpy()))
        return fmean(losses)

    sampler = optuna.samplers.TPESampler(seed=seed)
    optuna.load_study(study_name="peer", storage=storage, sampler=sampler).optimize(objective, n_trials=trials)


def _suggest(trial: optuna.Trial, study: ResolvedStudy) -> Setting:
    """A kind, then its strengths, from the ranges of the study."""
    kinds = {regularizer.kind: regularizer.strengths for regularizer in study.regularizers}
    kind = trial.suggest_categorical("kind", list(kinds))
    strengths = {
        name: trial.suggest_float(f"{kind}.{name}", search.low, search.high, log=search.log)
        for name, search in kinds[kind].items()
        if isinstance(search, Range)
    }
    return Setting(regularizer=kind, strengths=strengths, learning_rate=study.training.learning_rates[0])


def _study(request: dict[str, object]) -> ResolvedStudy:
    return resolve(StudySpec.model_validate(request), BUILT_IN["breast_cancer"])


def _rate(ends: Sequence[float], first: int) -> float:
    """Trials a second from the end of trial number `first` to that of the last; NaN where there is nothing between."""
    seconds = ends[-1] - ends[first - 1]
    return (len(ends) - first) / seconds if seconds > 0 else math.nan


def measure(quick: bool) -> Report:  # noqa: FBT001 - the one choice that every benchmark has
    """Both sides in turn, each time from nothing."""
    repeats, ours, theirs, epochs = (1, 16, 8, 2) if quick else (3, 192, 40, 50)
    request: dict[str, object] = {
        "dataset": "breast_cancer",
        "pruner": "none",
        "training": {"epochs": epochs},
        "evaluation": {"final_repeats": 0},
        "budget": {"max_trials": ours},
    }
    pairs = []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory(prefix="ridgeline-benchmark-") as folder:
            ridgeline = ridgeline_trials_per_second(request, Path(folder))
            pairs.append((ridgeline, optuna_trials_per_second(request, theirs, Path(folder))))
    us, them = zip(*pairs, strict=True)
    ratios = tuple(a / b for a, b in pairs)
    return Report(
        "trials",
        "trials per second in the steady state; five folds on breast_cancer, two processes of one thread; Optuna with "
        "TPE, SQLite storage and a plain PyTorch loop; ratio of medians",
        {"repeats": repeats, "epochs": epochs, "ridgeline_trials": ours, "optuna_trials": theirs},
        (
            Figure("ratio", median(us) / median(them), "times", TARGET, more_is_better=True, samples=ratios),
            Figure.median("ridgeline", us, "trials/s"),
            Figure.median("optuna, plain PyTorch", them, "trials/s"),
        ),
    )


if __name__ == "__main__":
    run(measure, __doc__)
