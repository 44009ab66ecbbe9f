"""A second objective and constraints are asked for in one clear form, and refused where they cannot be."""

import json

import pytest

from ridgeline.errors import Invalid
from ridgeline.spec import BUILT_IN, ResolvedStudy, parse_spec, resolve
from ridgeline.spec.constraints import Constraint
from ridgeline.spec.measures import Measure
from ridgeline.spec.metrics import Direction, Metric, Task
from ridgeline.spec.resolved import ResolvedObjective


def resolved(dataset="breast_cancer", evaluation=None, **objective):
    body = {"dataset": dataset, "objective": objective, "evaluation": evaluation or {}}
    return resolve(parse_spec(json.dumps(body).encode()), BUILT_IN[dataset])


class TestAMeasure:
    def test_is_any_metric_by_its_name_or_one_of_four(self):
        assert {one.value for one in Measure if one.metric is not None} == {metric.value for metric in Metric}
        others = {one for one in Measure if one.metric is None}
        assert {one.value for one in others} == {"sparsity", "parameters_kept", "calibration_error", "training_seconds"}

    def test_has_one_direction(self):
        better = {one.value for one in Measure if one.direction is Direction.MAXIMIZE}
        assert better == {"accuracy", "balanced_accuracy", "roc_auc", "f1_macro", "r2", "sparsity"}

    def test_of_calibration_needs_rows_of_one_class_each(self):
        assert [task for task in Task if Measure.CALIBRATION_ERROR.fits(task)] == [Task.BINARY, Task.MULTICLASS]


class TestAConstraint:
    @pytest.mark.parametrize(
        ("short", "long"),
        [
            ("accuracy >= 0.95", {"measure": "accuracy", "at_least": 0.95}),
            ("training_seconds<=2", {"measure": "training_seconds", "at_most": 2}),
            (" parameters_kept  <= 1e4 ", {"measure": "parameters_kept", "at_most": 10000.0}),
        ],
    )
    def test_may_be_written_short(self, short, long):
        assert resolved(constraints=[short]).objective.constraints == (Constraint.model_validate(long),)

    def test_says_itself_as_it_is_written_short(self):
        for text in ("accuracy >= 0.95", "log_loss <= 0.1", "sparsity >= 1"):
            assert str(resolved("iris", metric="brier", constraints=[text]).objective.constraints[0]) == text

    @pytest.mark.parametrize(
        ("asked", "field", "told"),
        [
            ("acuracy >= 0.9", "objective.constraints.0", "did you mean 'accuracy'"),
            ("accuracy > 0.9", "objective.constraints.0", "write it like accuracy >= 0.95"),
            ("accuracy >= nan", "objective.constraints.0", "write it like accuracy >= 0.95"),
            ("accuracy >= 95", "objective.constraints.0.at_least", "at most 1, else it says nothing or cannot be met"),
            ("sparsity >= 0", "objective.constraints.0.at_least", "must be above 0"),
            ("accuracy <= 0.9", "objective.constraints.0.at_most", "of which higher is better"),
            ("log_loss >= 0.1", "objective.constraints.0.at_least", "of which lower is better"),
            ({"measure": "accuracy"}, "objective.constraints.0", "at_least is required for accuracy"),
            ({"measure": "accuracy", "at_leest": 1}, "objective.constraints.0.at_leest", "did you mean 'at_least'"),
            (3, "objective.constraints.0", "must be an object"),
        ],
    )
    def test_that_is_wrong_is_told_with_field_rule_and_remedy(self, asked, field, told):
        with pytest.raises(Invalid) as refused:
            resolved(constraints=[asked])
        assert field in {broken.field for broken in refused.value.violations}
        assert told in str(refused.value)


@pytest.mark.parametrize(
    ("objective", "evaluation", "field", "told"),
    [
        ({"second": "log_loss"}, {}, "objective.second", "must be another than objective.metric"),
        ({"second": "r2"}, {}, "objective.second", "must fit a binary task"),
        ({"second": "sparsity"}, {"final_repeats": 0}, "objective.second", "since only a verdict uses it"),
        ({"constraints": ["accuracy >= 0.9", "rmse <= 3"]}, {}, "objective.constraints.1", "must fit a binary task"),
        ({"constraints": ["accuracy >= 0.9", "accuracy >= 0.8"]}, {}, "objective.constraints", "keep the stricter"),
        ({"constraints": ["accuracy >= 0.9"]}, {"final_repeats": 0}, "objective.constraints.0", "ask for a final"),
    ],
)
def test_what_a_study_cannot_have_is_refused(objective, evaluation, field, told):
    with pytest.raises(Invalid) as refused:
        resolved(evaluation=evaluation, **objective)
    assert [broken.field for broken in refused.value.violations] == [field]
    assert told in str(refused.value)


def test_a_number_has_no_calibration_error():
    with pytest.raises(Invalid, match="must fit a regression task but got 'calibration_error'"):
        resolved("diabetes", second="calibration_error")


def test_a_study_keeps_what_was_asked_and_names_each_measure_once():
    study = resolved(second="sparsity", constraints=["sparsity >= 0.5", "accuracy >= 0.9", "training_seconds <= 9"])
    assert ResolvedStudy.model_validate_json(study.model_dump_json()) == study
    objective = study.objective
    assert objective.measures == (Measure.SPARSITY, Measure.ACCURACY, Measure.TRAINING_SECONDS)
    assert (objective.metrics, objective.is_timed) == ((Metric.LOG_LOSS, Metric.ACCURACY), True)


def test_studies_from_before_have_neither():
    stored = ResolvedObjective.model_validate({"metric": "log_loss", "direction": "minimize"})
    assert (stored.second, stored.constraints, stored.measures) == (None, (), ())
    assert resolved().comparison == resolved(second="sparsity").comparison
