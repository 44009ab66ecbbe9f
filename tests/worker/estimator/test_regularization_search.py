"""What a fit tells, what it predicts, and what it refuses."""

import pickle
from datetime import UTC, datetime

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone, is_classifier
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.exceptions import NotFittedError
from sklearn.metrics import log_loss, r2_score
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ridgeline_worker.estimator import (
    RegularizationSearchClassifier,
    RegularizationSearchCV,
    RegularizationSearchRegressor,
)

SMALL = {
    "regularizers": ["l2"],
    "hidden": [8],
    "folds": 2,
    "final_repeats": 0,
    "epochs": 3,
    "learning_rate": 0.02,
    "max_trials": 3,
    "random_state": 0,
}
ROWS, CLASSES = load_breast_cancer(return_X_y=True)
PARTS = slice(None, 400), slice(400, None)


@pytest.fixture(scope="module")
def search():
    """A search with a final, a test part and trials that were stopped early."""
    asked = SMALL | {"regularizers": ["l2", "dropout"], "epochs": 6, "max_trials": 12, "final_repeats": 3}
    train = PARTS[0]
    return RegularizationSearchCV(**asked, test_fraction=0.2).fit(ROWS[train], CLASSES[train])


def test_the_choice_is_what_the_verdict_recommends(search):
    chosen = search.verdict_.recommended
    told = {f"{chosen.regularizer}__{name}": value for name, value in chosen.strengths.items()}
    told |= {"regularizer": chosen.regularizer, "learning_rate": 0.02}
    assert search.best_params_ == told == search.cv_results_["params"][search.best_index_]
    assert search.best_score_ == -chosen.corrected.score
    assert chosen.test.rows == 80


def test_results_have_a_row_a_setting_and_scores_that_are_better_when_higher(search):
    found = search.cv_results_
    assert search.study_.trials.started == 12 <= len(found["params"])
    complete, pruned = found["state"] == "complete", found["state"] == "pruned"
    assert complete.sum() == search.study_.trials.complete
    assert pruned.sum() == search.study_.trials.pruned > 0
    folds = np.array([found["split0_test_score"], found["split1_test_score"]])
    assert (np.isfinite(folds).sum(axis=0) == found["n_folds"]).all()
    in_search = found["n_folds"] > 0
    np.testing.assert_allclose(found["mean_test_score"][in_search], np.nanmean(folds[:, in_search], axis=0))
    assert set(found["n_folds"][pruned]) == {1}
    assert found["rank_test_score"][complete].max() < found["rank_test_score"][pruned].min()
    assert found["mean_test_score"][found["rank_test_score"] == 1] == found["mean_test_score"][complete].max()
    assert found["mean_test_score"][found["rank_test_score"] == 1] == -search.study_.best.score
    is_dropout = found["param_regularizer"] == "dropout"
    assert (found["param_dropout__rate"].mask == ~is_dropout).all()
    assert np.isfinite(found["final_score"]).sum() == search.verdict_.rests_on.finalists


def test_predictions_and_score_are_those_of_the_network(search):
    rows, classes = ROWS[PARTS[1]], CLASSES[PARTS[1]]
    shares = search.predict_proba(rows)
    assert (search.predict(rows) == search.classes_[shares.argmax(axis=1)]).all()
    assert search.score(rows, classes) == pytest.approx(-log_loss(classes, shares), rel=1e-6)
    assert (search.best_estimator_.predict_proba(rows) == shares).all()
    assert search.score(rows, classes) > -0.3  # predicting the shares of the classes: -0.54


def test_it_comes_back_from_a_file_as_it_was(search, tmp_path):
    rows = ROWS[PARTS[1]]
    joblib.dump(search, tmp_path / "search.joblib")
    for copy in (pickle.loads(pickle.dumps(search)), joblib.load(tmp_path / "search.joblib")):
        assert (copy.predict_proba(rows) == search.predict_proba(rows)).all()
        assert copy.verdict_ == search.verdict_
    with pytest.raises(NotFittedError):
        clone(search).predict(rows)


def test_it_takes_its_place_in_pipelines_and_cross_validations():
    pipeline = make_pipeline(StandardScaler(), RegularizationSearchClassifier(**SMALL))
    assert is_classifier(pipeline)
    assert (cross_val_score(pipeline, ROWS, CLASSES, cv=2, error_score="raise") > -0.5).all()


def test_words_dates_and_gaps_of_a_frame_are_inputs():
    random = np.random.default_rng(0)
    count = 60
    frame = pd.DataFrame(
        {
            "size": np.where(random.random(count) < 0.1, np.nan, random.random(count)),
            "colour": pd.Categorical(random.choice(["red", "green"], count)),
            "shop": random.choice(["north", "south", None], count),
            "day": [datetime(2026, 1, 1 + day % 28, tzinfo=UTC) for day in range(count)],
        }
    )
    y = np.where(frame["colour"] == "red", "dear", "cheap")
    fitted = RegularizationSearchClassifier(**SMALL | {"epochs": 30}).fit(frame, y)
    assert list(fitted.feature_names_in_) == ["size", "colour", "shop", "day"]
    assert (fitted.predict(frame) == y).mean() > 0.9
    new = frame.head(2).assign(shop=["west", None], colour=["red", "blue"])
    assert fitted.predict(new)[0] == "dear"
    assert np.isfinite(fitted.predict_proba(new)).all()
    with pytest.raises(ValueError, match="feature names"):
        fitted.predict(frame.rename(columns={"size": "length"}))
    with pytest.raises(ValueError, match="column 'size' of X must hold double as in fit"):
        fitted.predict(frame.assign(size="large"))


def test_numbers_are_predicted_in_their_units_with_weights_and_groups():
    rows, y = load_diabetes(return_X_y=True)
    asked = SMALL | {"epochs": 20, "scoring": "r2"}
    fitted = RegularizationSearchRegressor(**asked).fit(
        rows, y, sample_weight=np.linspace(0.5, 1, len(y)), groups=np.arange(len(y)) // 4
    )
    study = fitted.study_.study
    assert (study.evaluation.split, study.dataset.roles.weight, study.dataset.counts.groups) == ("group", "weight", 111)
    assert fitted.score(rows, y) == pytest.approx(r2_score(y, fitted.predict(rows)))
    assert fitted.score(rows, y) > 0.3
    assert not hasattr(fitted, "predict_proba")
    assert fitted.verdict_ is None
    complete = fitted.cv_results_["state"] == "complete"
    assert fitted.best_score_ == fitted.cv_results_["mean_test_score"][complete].max()


def test_images_go_to_convolutions():
    random = np.random.default_rng(0)
    images, y = random.random((40, 1, 6, 6)), np.arange(40) % 2
    images[y == 1, :, :3] += 1
    fitted = RegularizationSearchClassifier(**SMALL | {"hidden": None}, model="conv2d").fit(images, y)
    assert fitted.predict_proba(images[:3]).shape == (3, 2)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"folds": 1}, "folds must be at least 2|folds .*2"),
        ({"regularizers": ["l3"]}, "l3"),
        ({"scoring": "rmse"}, "scoring must fit a binary task"),
        ({"folds": 50}, "folds must be at most"),
        ({"class_weight": {"a": 1.0}}, "class_weight must name classes of y"),
        ({"epochs": {1}}, "must be numbers, words, lists and dictionaries but got set"),
        ({"max_seconds": 1e-6}, "no setting gave finite scores"),
    ],
)
def test_what_cannot_be_searched_is_told_by_the_name_of_the_parameter(asked, told):
    with pytest.raises((ValueError, TypeError), match=told) as refused:
        RegularizationSearchClassifier(**SMALL | asked).fit(ROWS[:40], CLASSES[:40])
    assert "evaluation." not in str(refused.value)


def test_without_a_refit_there_is_nothing_to_predict_with():
    fitted = RegularizationSearchClassifier(**SMALL, refit=False).fit(ROWS[:100], CLASSES[:100])
    assert fitted.best_params_
    with pytest.raises(AttributeError, match="refit=True"):
        fitted.predict(ROWS[:2])
