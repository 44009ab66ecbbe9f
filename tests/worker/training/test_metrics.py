"""Each metric scores known predictions as scikit-learn, or a formula, says."""

import numpy as np
import pytest
from sklearn import metrics as sk

from ridgeline.spec.metrics import Metric, Task
from ridgeline_worker.training.metrics import predictions, score

DRAW = np.random.default_rng(0)
TWO = DRAW.integers(2, size=60).astype(float)
LOGITS = DRAW.normal(size=(60, 1)) + TWO[:, None]
THREE = DRAW.integers(3, size=60).astype(float)
SCORES = DRAW.normal(size=(60, 3)) + np.eye(3)[THREE.astype(int)]
NUMBERS = DRAW.normal(10.0, 3.0, size=60)
GUESSES = (NUMBERS + DRAW.normal(size=60))[:, None]

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
]
OUTPUTS = {Task.BINARY: (TWO, LOGITS), Task.MULTICLASS: (THREE, SCORES), Task.REGRESSION: (NUMBERS, GUESSES)}


@pytest.mark.parametrize(("task", "metric", "expected"), EXPECTED, ids=str)
def test_a_metric_scores_known_predictions(task, metric, expected):
    truth, outputs = OUTPUTS[task]
    assert score(metric, truth, predictions(outputs, task)) == pytest.approx(float(expected), rel=1e-12)


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
    assert score(Metric.LOG_LOSS, truth, shares) == pytest.approx(expected, rel=1e-12)
