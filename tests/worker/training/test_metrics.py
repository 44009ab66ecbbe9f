"""Each metric scores known predictions as scikit-learn, or a formula, says."""

import numpy as np
import pytest
from sklearn import metrics as sk

from ridgeline.spec.metrics import Metric, Task
from ridgeline_worker.training.metrics import predictions, score, undefined

DRAW = np.random.default_rng(0)
TWO = DRAW.integers(2, size=60).astype(float)
LOGITS = DRAW.normal(size=(60, 1)) + TWO[:, None]
THREE = DRAW.integers(3, size=60).astype(float)
SCORES = DRAW.normal(size=(60, 3)) + np.eye(3)[THREE.astype(int)]
NUMBERS = DRAW.normal(10.0, 3.0, size=60)
GUESSES = (NUMBERS + DRAW.normal(size=60))[:, None]

LABELS = DRAW.integers(2, size=(60, 4)).astype(float)
LABEL_LOGITS = DRAW.normal(size=(60, 4)) + LABELS
SEVERAL = DRAW.normal(10.0, 3.0, size=(60, 2)) * [1.0, 50.0]
SEVERAL_GUESSES = SEVERAL + DRAW.normal(size=(60, 2))
WEIGHTS = DRAW.gamma(1.0, size=60) * (DRAW.random(60) > 0.2)

P_LABELS = 1 / (1 + np.exp(-LABEL_LOGITS))
P_TWO = 1 / (1 + np.exp(-LOGITS[:, 0]))
P_THREE = np.exp(SCORES) / np.exp(SCORES).sum(axis=1, keepdims=True)

EXPECTED = [
    (Task.BINARY, Metric.LOG_LOSS, -np.mean(np.log(np.where(TWO == 1, P_TWO, 1 - P_TWO)))),
    (Task.BINARY, Metric.ACCURACY, np.mean((P_TWO > 0.5) == TWO)),
    (Task.BINARY, Metric.BALANCED_ACCURACY, sk.balanced_accuracy_score(TWO, P_TWO > 0.5)),
    (Task.BINARY, Metric.ROC_AUC, sk.roc_auc_score(TWO, LOGITS[:, 0])),
    (Task.BINARY, Metric.F1_MACRO, sk.f1_score(TWO, P_TWO > 0.5, average="macro")),
    (Task.BINARY, Metric.BRIER, sk.brier_score_loss(TWO, P_TWO)),
    (Task.MULTICLASS, Metric.LOG_LOSS, -np.mean(np.log(P_THREE[np.arange(60), THREE.astype(int)]))),
    (Task.MULTICLASS, Metric.ACCURACY, np.mean(SCORES.argmax(axis=1) == THREE)),
    (Task.MULTICLASS, Metric.BALANCED_ACCURACY, sk.balanced_accuracy_score(THREE, SCORES.argmax(axis=1))),
    (Task.MULTICLASS, Metric.ROC_AUC, np.mean([sk.roc_auc_score(k == THREE, P_THREE[:, k]) for k in range(3)])),
    (Task.MULTICLASS, Metric.F1_MACRO, sk.f1_score(THREE, SCORES.argmax(axis=1), average="macro")),
    (Task.MULTICLASS, Metric.BRIER, np.mean(((P_THREE - np.eye(3)[THREE.astype(int)]) ** 2).sum(axis=1))),
    (Task.REGRESSION, Metric.RMSE, np.sqrt(np.mean((NUMBERS - GUESSES[:, 0]) ** 2))),
    (Task.REGRESSION, Metric.MAE, np.mean(np.abs(NUMBERS - GUESSES[:, 0]))),
    (Task.REGRESSION, Metric.R2, 1 - np.mean((NUMBERS - GUESSES[:, 0]) ** 2) / NUMBERS.var()),
    (Task.MULTILABEL, Metric.LOG_LOSS, np.mean([sk.log_loss(LABELS[:, k], P_LABELS[:, k]) for k in range(4)])),
    (Task.MULTILABEL, Metric.ACCURACY, np.mean(((P_LABELS > 0.5) == LABELS).all(axis=1))),
    (Task.MULTILABEL, Metric.ROC_AUC, np.mean([sk.roc_auc_score(LABELS[:, k], P_LABELS[:, k]) for k in range(4)])),
    (Task.MULTILABEL, Metric.F1_MACRO, np.mean([sk.f1_score(LABELS[:, k], P_LABELS[:, k] > 0.5) for k in range(4)])),
    (Task.MULTILABEL, Metric.BRIER, np.mean([sk.brier_score_loss(LABELS[:, k], P_LABELS[:, k]) for k in range(4)])),
    (Task.MULTI_TARGET, Metric.RMSE, np.sqrt(((SEVERAL - SEVERAL_GUESSES) ** 2).mean(axis=0)).mean()),
    (Task.MULTI_TARGET, Metric.MAE, np.abs(SEVERAL - SEVERAL_GUESSES).mean()),
    (Task.MULTI_TARGET, Metric.R2, np.mean([sk.r2_score(SEVERAL[:, k], SEVERAL_GUESSES[:, k]) for k in range(2)])),
]
OUTPUTS = {
    Task.BINARY: (TWO, LOGITS),
    Task.MULTICLASS: (THREE, SCORES),
    Task.MULTILABEL: (LABELS, LABEL_LOGITS),
    Task.REGRESSION: (NUMBERS, GUESSES),
    Task.MULTI_TARGET: (SEVERAL, SEVERAL_GUESSES),
}


@pytest.mark.parametrize(("task", "metric", "expected"), EXPECTED, ids=str)
def test_a_metric_scores_known_predictions(task, metric, expected):
    truth, outputs = OUTPUTS[task]
    assert score(metric, task, truth, predictions(outputs, task)) == pytest.approx(float(expected), rel=1e-12)


@pytest.mark.parametrize(("task", "metric"), [(task, metric) for task, metric, _ in EXPECTED], ids=str)
class TestWeights:
    def test_equal_weights_change_nothing(self, task, metric):
        truth, outputs = OUTPUTS[task]
        shares = predictions(outputs, task)
        weighted = score(metric, task, truth, shares, np.full(60, 2.5))
        assert weighted == pytest.approx(score(metric, task, truth, shares), rel=1e-12)

    def test_a_row_of_weight_three_is_a_row_thrice_and_of_weight_zero_no_row(self, task, metric):
        truth, outputs = OUTPUTS[task]
        shares = predictions(outputs, task)
        times = np.arange(60) % 4
        often = np.repeat(np.arange(60), times)
        expected = score(metric, task, truth[often], shares[often])
        assert score(metric, task, truth, shares, times.astype(float)) == pytest.approx(expected, rel=1e-12)


WEIGHTED = [
    (Task.BINARY, Metric.LOG_LOSS, sk.log_loss(TWO, P_TWO, sample_weight=WEIGHTS)),
    (Task.BINARY, Metric.ROC_AUC, sk.roc_auc_score(TWO, P_TWO, sample_weight=WEIGHTS)),
    (Task.BINARY, Metric.BRIER, sk.brier_score_loss(TWO, P_TWO, sample_weight=WEIGHTS)),
    (
        Task.MULTICLASS,
        Metric.BALANCED_ACCURACY,
        sk.balanced_accuracy_score(THREE, P_THREE.argmax(axis=1), sample_weight=WEIGHTS),
    ),
    (Task.MULTILABEL, Metric.F1_MACRO, sk.f1_score(LABELS, P_LABELS > 0.5, average="macro", sample_weight=WEIGHTS)),
    (Task.REGRESSION, Metric.R2, sk.r2_score(NUMBERS, GUESSES[:, 0], sample_weight=WEIGHTS)),
    (Task.MULTI_TARGET, Metric.RMSE, sk.root_mean_squared_error(SEVERAL, SEVERAL_GUESSES, sample_weight=WEIGHTS)),
]


@pytest.mark.parametrize(("task", "metric", "expected"), WEIGHTED, ids=str)
def test_rows_are_weighted_as_scikit_learn_does(task, metric, expected):
    truth, outputs = OUTPUTS[task]
    shares = predictions(outputs, task)
    assert score(metric, task, truth, shares, WEIGHTS) == pytest.approx(float(expected), rel=1e-12)


@pytest.mark.parametrize("metric", [metric for metric in Metric if metric.fits(Task.MULTICLASS)])
def test_a_class_that_no_validation_row_has_leaves_every_metric_but_roc_auc_defined(metric):
    there = THREE != 2
    told = undefined(metric, Task.MULTICLASS, THREE[there], None, 3)
    if metric is Metric.ROC_AUC:
        assert told == "rows of 2 of 3 classes only"
    else:
        assert told is None
        assert np.isfinite(score(metric, Task.MULTICLASS, THREE[there], P_THREE[there]))


@pytest.mark.parametrize(
    ("metric", "task", "y", "weights", "reason"),
    [
        (Metric.ROC_AUC, Task.BINARY, np.ones(4), None, "rows of 1 of 2 classes only"),
        (Metric.ROC_AUC, Task.BINARY, np.array([0.0, 1.0]), np.array([0.0, 1.0]), "rows of 1 of 2 classes only"),
        (Metric.ROC_AUC, Task.MULTILABEL, np.array([[0.0, 1], [1, 1]]), None, "one value only of label 2"),
        (Metric.R2, Task.REGRESSION, np.ones(1), None, "a single row"),
        (Metric.RMSE, Task.REGRESSION, np.ones(2), np.zeros(2), "no row, or none of a weight above 0"),
        (Metric.RMSE, Task.REGRESSION, np.ones(1), None, None),
    ],
)
def test_rows_on_which_a_metric_says_nothing_are_told(metric, task, y, weights, reason):
    assert undefined(metric, task, y, weights, 1) == reason


def test_every_metric_is_tested_with_every_task_that_it_fits():
    assert {(task, metric) for task, metric, _ in EXPECTED} == {
        (task, metric) for task in Task for metric in Metric if metric.fits(task)
    }


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS])
def test_probabilities_add_to_one_even_of_huge_outputs(task):
    outputs = OUTPUTS[task][1] * np.array([[1.0], [1e3], [-1e30], [1e300], [1e-300], [0.0]] * 10)
    shares = predictions(outputs, task)
    assert shares.sum(axis=1) == pytest.approx(1.0)
    assert ((shares >= 0) & (shares <= 1)).all()


@pytest.mark.parametrize("task", [Task.BINARY, Task.MULTICLASS])
@pytest.mark.parametrize("factor", [0.0, 1.0, 30.0, 1e300])
def test_log_loss_is_that_of_scikit_learn_however_sure_the_model_is(task, factor):
    truth, outputs = OUTPUTS[task]
    shares = predictions(outputs * factor, task)
    expected = sk.log_loss(truth, shares, labels=np.arange(shares.shape[1]))
    assert score(Metric.LOG_LOSS, task, truth, shares) == pytest.approx(expected, rel=1e-12)
