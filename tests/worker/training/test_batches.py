"""Every row of every fold trains once an epoch, in batches of almost equal size."""

import functools
import operator

import numpy as np
import pytest
import torch

from ridgeline_worker.training.batches import batches
from ridgeline_worker.training.draws import Draws, Evaluation

EVALUATIONS = (Evaluation(0, 0), Evaluation(0, 1), Evaluation(1, 0))


def dealt(counts, steps, *, epoch=0, seed=0):
    return batches(Draws(seed), EVALUATIONS[: len(counts)], counts, steps=steps, epoch=epoch, dtype=torch.float64)


def rows_of(made, fold):
    """The rows of one fold that carry weight, batch by batch."""
    return [batch.rows[fold][batch.weights[fold] > 0].tolist() for batch in made]


@pytest.mark.parametrize(
    ("counts", "steps"), [((80, 80, 80), 5), ((79, 80, 81), 3), ((7, 9, 8), 7), ((64, 65, 63), 1), ((1, 2, 3), 1)]
)
class TestWithEnoughRows:
    def test_every_row_is_in_exactly_one_batch(self, counts, steps):
        made = dealt(counts, steps)
        for fold, count in enumerate(counts):
            assert sorted(functools.reduce(operator.iadd, rows_of(made, fold), [])) == list(range(count))

    def test_batches_differ_by_one_row_at_most(self, counts, steps):
        made = dealt(counts, steps)
        for fold in range(len(counts)):
            sizes = [len(rows) for rows in rows_of(made, fold)]
            assert max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize(("counts", "steps"), [((79, 80, 81), 3), ((2, 9, 5), 7), ((1, 3), 4)])
def test_all_folds_take_the_same_steps_and_the_weights_of_each_add_to_one(counts, steps):
    made = dealt(counts, steps)
    assert len(made) == steps
    for batch in made:
        assert batch.weights.sum(dim=1).numpy() == pytest.approx(1.0)
        assert (batch.weights >= 0).all()


def test_a_fold_with_fewer_rows_than_steps_uses_each_row_about_equally_often():
    made = dealt((3, 11), steps=11)
    used = np.bincount(functools.reduce(operator.iadd, rows_of(made, 0), []), minlength=3)
    assert used.sum() == 11
    assert used.max() - used.min() <= 1
    assert sorted(functools.reduce(operator.iadd, rows_of(made, 1), [])) == list(range(11))


def test_an_epoch_comes_again_the_same_and_the_next_one_differs():
    first = rows_of(dealt((80,), 5), 0)
    assert rows_of(dealt((80,), 5), 0) == first
    assert rows_of(dealt((80,), 5, epoch=1), 0) != first
    assert rows_of(dealt((80,), 5, seed=1), 0) != first


def test_folds_of_one_size_have_orders_of_their_own():
    made = dealt((80, 80), 5)
    assert rows_of(made, 0) != rows_of(made, 1)
