"""Scores of many weightings at once are the scores of trials, one weighting after another."""

import warnings

import numpy as np
import pytest

from ridgeline.spec.metrics import Metric, Task
from ridgeline_worker.training.metrics import score
from ridgeline_worker.verdict.bootstrap import counts
from ridgeline_worker.verdict.resampled import Measure

DRAW = np.random.default_rng(1)
ROWS = 80
SHARES = DRAW.dirichlet(np.ones(3), size=ROWS)
TIED = DRAW.integers(1, 6, size=ROWS) / 6
NUMBERS = DRAW.normal(1000.0, 3.0, size=(ROWS, 2)) * [1.0, 50.0]
PREDICTED = {
    Task.BINARY: (DRAW.integers(2, size=ROWS).astype(float), np.stack([1 - TIED, TIED], axis=1)),
    Task.MULTICLASS: (np.array([DRAW.choice(3, p=p) for p in SHARES]).astype(float), SHARES),
    Task.MULTILABEL: (DRAW.integers(2, size=(ROWS, 3)).astype(float), DRAW.random((ROWS, 3))),
    Task.REGRESSION: (NUMBERS[:, 0], NUMBERS[:, 0] + DRAW.normal(size=ROWS)),
    Task.MULTI_TARGET: (NUMBERS, NUMBERS + DRAW.normal(size=(ROWS, 2))),
}
EVERY = [(task, metric) for task in Task for metric in Metric if metric.fits(task)]


@pytest.mark.parametrize(("task", "metric"), EVERY)
class TestEveryMetric:
    def test_of_all_rows_is_the_score_of_a_trial(self, task, metric):
        y, predicted = PREDICTED[task]
        (found,) = Measure(metric, task).scores(y, predicted, np.ones((1, ROWS)))
        assert found == pytest.approx(score(metric, task, y, predicted), rel=1e-9)

    def test_of_resampled_rows_is_the_score_of_those_rows(self, task, metric):
        y, predicted = PREDICTED[task]
        (times,) = counts(ROWS, None, 5, np.random.default_rng(2))
        rows = [np.repeat(np.arange(ROWS), drawn.astype(int)) for drawn in times]
        expected = [score(metric, task, y[drawn], predicted[drawn]) for drawn in rows]
        assert Measure(metric, task).scores(y, predicted, times) == pytest.approx(np.array(expected), rel=1e-9)

    def test_of_weighted_rows_is_the_weighted_score_of_a_trial(self, task, metric):
        y, predicted = PREDICTED[task]
        weights = DRAW.gamma(1.0, size=(3, ROWS)) * (DRAW.random((3, ROWS)) > 0.3)
        expected = [score(metric, task, y, predicted, each) for each in weights]
        assert Measure(metric, task).scores(y, predicted, weights) == pytest.approx(np.array(expected), rel=1e-9)


class TestWhatSaysNothing:
    def test_an_area_of_one_class_is_not_a_number(self):
        y, predicted = PREDICTED[Task.BINARY]
        assert np.isnan(Measure(Metric.ROC_AUC, Task.BINARY).scores(y, predicted, y[None])).all()

    def test_a_score_of_no_row_is_not_a_number(self):
        y, predicted = PREDICTED[Task.BINARY]
        assert np.isnan(Measure(Metric.LOG_LOSS, Task.BINARY).scores(y, predicted, np.zeros((1, ROWS)))).all()

    @pytest.mark.parametrize("error", [0.0, 1.0])
    def test_r2_of_a_target_that_does_not_vary_is_as_scikit_learn_has_it(self, error):
        y = np.full(7, 3.5)
        (found,) = Measure(Metric.R2, Task.REGRESSION).scores(y, y + error, np.ones((1, 7)))
        assert found == score(Metric.R2, Task.REGRESSION, y, y + error)

    def test_a_class_that_a_resample_lacks_counts_as_it_does_for_scikit_learn(self):
        y, predicted = PREDICTED[Task.MULTICLASS]
        without = (y != 2).astype(float)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for metric in (Metric.BALANCED_ACCURACY, Metric.F1_MACRO):
                (found,) = Measure(metric, Task.MULTICLASS).scores(y, predicted, without[None])
                kept = without > 0
                assert found == pytest.approx(score(metric, Task.MULTICLASS, y[kept], predicted[kept]))


class TestTheBootstrap:
    def test_each_sample_has_as_many_rows_as_there_are(self):
        drawn = np.concatenate(list(counts(50, None, 7, np.random.default_rng(0))))
        assert drawn.shape == (7, 50)
        assert (drawn.sum(axis=1) == 50).all()

    def test_rows_of_one_unit_are_drawn_together(self):
        units = np.array([5, 5, 9, 7, 7, 7])
        (drawn,) = counts(6, units, 40, np.random.default_rng(0))
        assert (drawn[:, 0] == drawn[:, 1]).all()
        assert (drawn[:, 3:] == drawn[:, 3:4]).all()
        assert (drawn[:, [0, 2, 3]].sum(axis=1) == 3).all()

    def test_how_it_is_cut_into_blocks_does_not_matter(self, monkeypatch):
        (whole,) = counts(50, None, 7, np.random.default_rng(0))
        monkeypatch.setattr("ridgeline_worker.verdict.bootstrap.NUMBERS_AT_ONCE", 100)
        cut = list(counts(50, None, 7, np.random.default_rng(0)))
        assert len(cut) == 4
        assert (np.concatenate(cut) == whole).all()

    def test_a_share_of_one_over_e_of_the_rows_stays_outside(self):
        (drawn,) = counts(1000, None, 100, np.random.default_rng(0))
        assert (drawn == 0).mean() == pytest.approx(np.exp(-1), abs=0.005)
