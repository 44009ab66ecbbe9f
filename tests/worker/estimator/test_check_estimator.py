"""scikit-learn's own checks of an estimator, with the reason of each that does not apply."""

import jaxtyping
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from ridgeline_worker.estimator import (
    RegularizationSearchClassifier,
    RegularizationSearchCV,
    RegularizationSearchRegressor,
)

TINY = {
    "regularizers": ["l2"],
    "hidden": [8],
    "folds": 2,
    "final_repeats": 0,
    "epochs": 4,
    "batch_size": 32,
    "learning_rate": 0.05,
    "precision": "float64",  # a row alone and among others differ by less than the checks allow
    "sampler": "random",
    "pruner": "none",
    "max_trials": 2,
}
CLASSIFIER, REGRESSOR = RegularizationSearchClassifier(**TINY), RegularizationSearchRegressor(**TINY, scoring="r2")
UNDECIDED = RegularizationSearchCV(**TINY)
NOT_APPLICABLE = {
    "check_sample_weight_equivalence_on_dense_data": (
        "a row of weight 2 is one row: folds, batches and steps of an epoch count rows, and equal rows share a fold"
    )
}


@pytest.fixture(autouse=True)
def shapes_not_checked_here():
    """Shapes are those of all other studies, and checking them takes longer than these."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)


@parametrize_with_checks([CLASSIFIER, REGRESSOR], expected_failed_checks=lambda _: NOT_APPLICABLE, xfail_strict=True)
def test_scikit_learn_finds_nothing_wrong(estimator, check):
    check(estimator)


@parametrize_with_checks([UNDECIDED], legacy=False)
def test_nor_with_one_that_decides_by_the_values_of_y(estimator, check):
    check(estimator)
