"""What a second objective and constraints must keep to."""

from collections import Counter
from collections.abc import Iterator

from ridgeline.errors import Violation
from ridgeline.spec.measures import Measure
from ridgeline.spec.metrics import Metric, Task
from ridgeline.spec.resolved import ResolvedEvaluation
from ridgeline.spec.study import Objective


def objective_refusals(
    objective: Objective, metric: Metric, task: Task, evaluation: ResolvedEvaluation
) -> Iterator[Violation]:
    """Every rule that they break; `metric` is the first objective with its default."""
    if not metric.fits(task):
        fitting = ", ".join(other for other in Metric if other.fits(task))
        yield Violation("objective.metric", f"must fit a {task} task", metric.value, f"use one of {fitting}")
    asked = [(f"objective.constraints.{i}", constraint.measure) for i, constraint in enumerate(objective.constraints)]
    if objective.second is not None:
        asked.insert(0, ("objective.second", objective.second))
        if objective.second.metric is metric:
            rule = "must be another than objective.metric"
            yield Violation("objective.second", rule, metric.value, "leave it out, or name another")
    for field, measure in asked:
        yield from _fits(field, measure, task)
        if not evaluation.final_repeats:
            rule = "must be left out where evaluation.final_repeats is 0, since only a verdict uses it,"
            yield Violation(field, rule, measure.value, "leave it out, or ask for a final")
    for measure, times in Counter(constraint.measure for constraint in objective.constraints).items():
        if times > 1:
            rule = "must bound each measure once"
            yield Violation("objective.constraints", rule, measure.value, "keep the stricter one")


def _fits(field: str, measure: Measure, task: Task) -> Iterator[Violation]:
    if not measure.fits(task):
        fitting = ", ".join(other for other in Measure if other.fits(task))
        yield Violation(field, f"must fit a {task} task", measure.value, f"use one of {fitting}")
