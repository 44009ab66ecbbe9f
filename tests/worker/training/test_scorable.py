"""A study whose folds cannot all be scored is refused before its first trial."""

import numpy as np
import pytest

from ridgeline.spec import StudySpec, resolve
from ridgeline_worker.data import Unusable
from ridgeline_worker.training import refuse_undefined_scores

ROWS = 40


@pytest.fixture
def checked(kept):
    def check(columns, asked, metric, **wishes):
        x = np.random.default_rng(0).normal(size=ROWS)
        table, facts = kept({"x": x} | columns, **asked)
        spec = {"dataset": "kept", "objective": {"metric": metric}, "evaluation": {"folds": 3}} | wishes
        refuse_undefined_scores(resolve(StudySpec.model_validate(spec), facts), table.path)

    return check


EARLY = {"y": ["yes"] * 12 + ["no"] * 28, "t": np.arange(ROWS)}


def test_one_class_among_later_rows_has_no_roc_auc(checked):
    told = r"roc_auc is not on fold 2 of repeat 1, which has rows of 1 of 2 classes only; use another metric"
    with pytest.raises(Unusable, match=told):
        checked(EARLY, {"time": "t"}, "roc_auc")


@pytest.mark.parametrize("metric", ["log_loss", "accuracy", "balanced_accuracy", "f1_macro", "brier"])
def test_one_class_has_every_other_score(checked, metric):
    checked(EARLY, {"time": "t"}, metric)


def test_stratified_folds_always_have_a_roc_auc(checked):
    checked({"y": EARLY["y"]}, {}, "roc_auc")


def test_a_label_that_no_row_of_a_fold_has_is_named(checked):
    rare = (np.arange(ROWS) < 2).astype(int)
    columns = {"a": np.arange(ROWS) % 2, "b": rare}
    with pytest.raises(Unusable, match=r"which has one value only of label 2"):
        checked(columns, {"target": ("a", "b"), "task": "multilabel"}, "roc_auc")


def test_validation_rows_that_weigh_nothing_have_no_score(checked):
    weight = np.where(np.arange(ROWS) < 20, 1.0, 0.0)
    columns = {"y": np.arange(ROWS) * 1.5, "w": weight, "t": np.arange(ROWS)}
    with pytest.raises(Unusable, match=r"rmse is not on fold 3 .* no row, or none of a weight above 0"):
        checked(columns, {"weight": "w", "time": "t"}, "rmse", evaluation={"folds": 3})
