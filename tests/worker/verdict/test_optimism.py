"""The optimism of the choice and the test part's interval meet plain loops and scipy's bootstrap."""

import numpy as np
import pytest
from scipy import stats

from ridgeline.spec.metrics import Direction, Metric, Task
from ridgeline_worker.training.metrics import score
from ridgeline_worker.verdict import optimism as module
from ridgeline_worker.verdict.bootstrap import counts
from ridgeline_worker.verdict.choice import Field
from ridgeline_worker.verdict.evidence import OutOfFold, Tested
from ridgeline_worker.verdict.held_out import held_out
from ridgeline_worker.verdict.optimism import optimism
from ridgeline_worker.verdict.resampled import Measure

ROWS, REPEATS = 60, 3
MAE = Measure(Metric.MAE, Task.REGRESSION)


@pytest.fixture
def evidence(ladder, paired_of):
    """The field of a ladder and its out-of-fold predictions, in whose errors each has luck of its own by row."""

    def make(seed, rows=ROWS, own=0.3, means=(0.0,) * 5):
        draw = np.random.default_rng(seed)
        errors = (
            draw.gamma(4.0, 0.25, rows) + own * np.abs(draw.normal(size=(5, 1, rows))) + np.array(means)[:, None, None]
        )
        errors = errors + 0.02 * draw.normal(size=(5, REPEATS, rows))
        targets = draw.normal(size=rows)
        folds = np.array_split(np.arange(rows), 5)
        scores = np.stack([errors[:, :, fold].mean(axis=2) for fold in folds], axis=2)
        field = Field.of(paired_of(list(zip(ladder, scores, strict=True))), Direction.MINIMIZE)
        predictions = {one.number: targets + errors[one.number] for one in ladder}
        return field, OutOfFold(targets, None, predictions)

    return make


def _by_hand(field, out_of_fold, measure, draws):
    """Choose on the rows drawn and score on the others, row by row and contender by contender."""
    y, excesses = out_of_fold.targets, []
    for times in draws:
        inside, outside = np.repeat(np.arange(len(y)), times.astype(int)), np.flatnonzero(times == 0)

        def loss(number, rows):
            repeats = out_of_fold.predictions[number]
            scores = [score(measure.metric, measure.task, y[rows], each[rows]) for each in repeats]
            return measure.sign * sum(scores) / len(scores)

        losses = [loss(one.number, inside) for one in field.contenders]
        best = int(np.argmin(losses))
        chosen = next(c for c in range(len(losses)) if losses[c] - losses[best] <= field.plain[c, best])
        numbers = [field.contenders[place].number for place in (chosen, field.recommended)]
        excesses.append(loss(numbers[0], outside) - loss(numbers[1], outside))
    return max(0.0, float(np.mean(excesses)))


class TestTheOptimism:
    @pytest.mark.parametrize("seed", [0, 1, 2, 3])
    def test_is_what_plain_loops_give(self, evidence, monkeypatch, seed):
        monkeypatch.setattr(module, "RESAMPLES", 20)
        field, out_of_fold = evidence(seed)
        (draws,) = counts(ROWS, None, 20, np.random.default_rng(np.random.SeedSequence(seed)))
        found = optimism(field, out_of_fold, MAE, np.random.SeedSequence(seed))
        assert found is not None
        assert found.amount == pytest.approx(_by_hand(field, out_of_fold, MAE, draws))
        assert found.resamples == 20

    def test_is_there_where_the_choice_is_luck(self, evidence):
        assert max(optimism(*evidence(seed), MAE, np.random.SeedSequence(0)).amount for seed in range(8)) > 0

    def test_is_none_where_one_setting_is_far_better(self, evidence):
        field, out_of_fold = evidence(0, means=(0.0, 5.0, 5.0, 5.0, 5.0))
        assert optimism(field, out_of_fold, MAE, np.random.SeedSequence(0)).amount == 0.0

    def test_does_not_depend_on_anything_but_its_seed(self, evidence):
        first, again = (optimism(*evidence(5), MAE, np.random.SeedSequence(1)) for _ in range(2))
        assert first == again

    def test_a_row_of_weight_two_is_two_rows_that_are_drawn_together(self, evidence):
        field, once = evidence(0)
        weights = 1.0 + (np.arange(ROWS) % 3 == 0)
        rows = np.repeat(np.arange(ROWS), weights.astype(int))
        weighted = OutOfFold(once.targets, weights, once.predictions)
        twice = OutOfFold(once.targets[rows], None, {n: p[:, rows] for n, p in once.predictions.items()}, units=rows)
        seed = np.random.SeedSequence(4)
        assert optimism(field, weighted, MAE, seed).amount == pytest.approx(optimism(field, twice, MAE, seed).amount)

    def test_is_drawn_less_often_where_that_would_take_long(self, evidence, monkeypatch):
        monkeypatch.setattr(module, "NUMBERS_DRAWN", 100 * ROWS)
        assert optimism(*evidence(0), MAE, np.random.SeedSequence(0)).resamples == 100
        monkeypatch.setattr(module, "NUMBERS_DRAWN", 1)
        assert optimism(*evidence(0), MAE, np.random.SeedSequence(0)).resamples == 30

    def test_is_not_known_without_the_predictions_of_all(self, evidence):
        field, out_of_fold = evidence(0)
        some = {number: each for number, each in out_of_fold.predictions.items() if number}
        assert optimism(field, OutOfFold(out_of_fold.targets, None, some), MAE, np.random.SeedSequence(0)) is None


class TestTheTestPart:
    @pytest.fixture
    def tested(self):
        draw = np.random.default_rng(6)
        y = draw.normal(size=150)
        none = y + draw.normal(0.0, 1.0, 150)
        return Tested(y, None, {0: none, 4: 0.8 * none + 0.2 * y}, scored_before=0)

    def test_scores_are_those_of_all_rows(self, tested):
        found = held_out(tested, 4, 0, MAE, np.random.SeedSequence(0))
        assert found.recommended == pytest.approx(np.abs(tested.predictions[4] - tested.targets).mean())
        assert found.none == pytest.approx(np.abs(tested.predictions[0] - tested.targets).mean())

    def test_the_interval_is_that_of_scipys_paired_bootstrap(self, tested):
        def statistic(y, ours, theirs):
            return np.abs(ours - y).mean() - np.abs(theirs - y).mean()

        data = (tested.targets, tested.predictions[4], tested.predictions[0])
        expected = stats.bootstrap(
            data, statistic, paired=True, vectorized=False, method="percentile", n_resamples=2000, rng=0
        ).confidence_interval
        limits = held_out(tested, 4, 0, MAE, np.random.SeedSequence(0)).limits
        assert (limits.low, limits.high) == pytest.approx((expected.low, expected.high), rel=0.03)

    def test_of_none_itself_has_no_interval(self, tested):
        found = held_out(tested, 0, 0, MAE, np.random.SeedSequence(0))
        assert (found.difference, found.limits) == (0.0, None)

    def test_of_rows_in_units_is_wider_than_of_rows_alone(self, tested):
        units = np.arange(150) // 30
        errors = np.random.default_rng(1).normal(size=5)[units]
        predictions = {0: tested.targets + 1.0, 4: tested.targets + 1.0 + 0.1 * errors}
        alone = held_out(Tested(tested.targets, None, predictions, 0), 4, 0, MAE, np.random.SeedSequence(0)).limits
        whole = held_out(
            Tested(tested.targets, None, predictions, 0, units), 4, 0, MAE, np.random.SeedSequence(0)
        ).limits
        assert whole.high - whole.low > 2 * (alone.high - alone.low)

    def test_of_a_single_unit_has_no_interval(self, tested):
        one = Tested(tested.targets, None, tested.predictions, 0, np.zeros(150, dtype=np.int64))
        assert held_out(one, 4, 0, MAE, np.random.SeedSequence(0)).limits is None

    def test_of_too_few_of_a_class_has_no_interval(self):
        y = np.array([0.0, 0.0, 0.0, 1.0, 1.0, 1.0])
        p = np.stack([1 - np.linspace(0, 1, 6), np.linspace(0, 1, 6)], axis=1)
        area = Measure(Metric.ROC_AUC, Task.BINARY)
        both = Tested(y, None, {0: p, 1: p[::-1].copy()}, 0)
        assert held_out(both, 1, 0, area, np.random.SeedSequence(0)).limits is not None
        classes = Tested(y, None, {0: p, 1: p}, 0, units=y.astype(np.int64))
        assert held_out(classes, 1, 0, area, np.random.SeedSequence(0)).difference == 0.0

    def test_is_not_known_without_predictions_of_both(self, tested):
        only = Tested(tested.targets, None, {4: tested.predictions[4]}, 0)
        assert held_out(only, 4, 0, MAE, np.random.SeedSequence(0)) is None
