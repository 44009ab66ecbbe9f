"""How much training rows count: 1 in the mean, by their weight and their class."""

import numpy as np
import pytest

from ridgeline_worker.data import Fold, Unusable, Wishes, prepare

X = np.arange(8.0)
WORDS = ["no", "no", "yes", "no", "no", "yes", "yes", "no"]
WEIGHTS = [1.0, 2, 3, 0, 4, 5, 6, 7]
FOLD = Fold(np.arange(6), np.arange(6, 8))


def weights(table, class_weight=None, fold=FOLD):
    return prepare(table, [fold], Wishes(class_weight=class_weight))[0]


def test_without_weights_there_are_none(kept):
    table, _ = kept({"x": X, "y": WORDS})
    assert weights(table).train.weight is None
    assert weights(table).validation.weight is None


def test_a_weight_column_is_scaled_in_training_and_stays_in_validation(kept):
    table, facts = kept({"x": X, "y": WORDS, "w": WEIGHTS}, weight="w")
    assert facts.features == 1
    assert weights(table).train.weight == pytest.approx(np.array(WEIGHTS[:6]) / 2.5)
    assert weights(table).validation.weight.tolist() == [6, 7]


def test_balanced_gives_each_class_of_the_training_rows_the_same_sum(kept):
    table, _ = kept({"x": X, "y": WORDS})
    found = weights(table, "balanced").train.weight
    assert found == pytest.approx([0.75, 0.75, 1.5, 0.75, 0.75, 1.5])


def test_a_weight_by_class_is_told_by_its_name_and_meets_the_weight_of_the_row(kept):
    table, _ = kept({"x": X, "y": WORDS, "w": WEIGHTS}, weight="w")
    found = weights(table, {"yes": 10.0, "no": 1.0}).train.weight
    by_hand = np.array([1.0, 2, 30, 0, 4, 50])
    assert found == pytest.approx(by_hand / by_hand.mean())


def test_training_rows_that_weigh_nothing_are_told(kept):
    table, _ = kept({"x": X, "y": WORDS, "w": WEIGHTS}, weight="w")
    with pytest.raises(Unusable, match="must be above 0 in some training row of every fold but got 0 in 1"):
        weights(table, fold=Fold(np.array([3]), np.arange(4, 8)))
