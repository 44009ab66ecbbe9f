"""Whether every fold of a study can be scored at all."""

from pathlib import Path

from ridgeline.spec import ResolvedStudy
from ridgeline.spec.study import Split
from ridgeline_worker.data import Table, Unusable, folds, parts
from ridgeline_worker.data.weigh import training_weights
from ridgeline_worker.training.metrics import undefined


def refuse_undefined_scores(study: ResolvedStudy, path: Path) -> None:
    """Deal the rows of every fold and see whether the metric says something of its validation rows.

    A fold that no predictions can be scored on would fail every trial; so the study fails, before the first.

    Raises:
        Unusable: with the fold and the reason.
    """
    table, evaluation = Table.open(path, study.dataset), study.evaluation
    search = parts(table, evaluation).search
    repeats = 1 if evaluation.split is Split.TIME else evaluation.repeats
    for repeat in range(repeats):
        for number, fold in enumerate(folds(table, search, evaluation, study.seed, repeat)):
            training_weights(table, fold.train, study.training.class_weight)
            weights = None if table.weights is None else table.weights[fold.validation]
            y = table.targets[fold.validation]
            for metric in study.objective.metrics:
                reason = undefined(metric, study.task, y, weights, study.dataset.outputs)
                if reason is None:
                    continue
                field = "objective.metric" if metric is study.objective.metric else "a metric of objective"
                raise Unusable(
                    f"{field} must be defined on the validation rows of every fold, and {metric} is not on "
                    f"fold {number + 1} of repeat {repeat + 1}, which has {reason}; use another metric, fewer folds "
                    "or another split"
                )
