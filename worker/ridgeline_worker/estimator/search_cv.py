"""The search as an estimator of scikit-learn."""

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from joblib import effective_n_jobs
from sklearn.base import BaseEstimator
from sklearn.utils import ClassifierTags, RegressorTags, Tags, check_random_state
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_array, check_consistent_length, check_is_fitted

from ridgeline_worker.estimator.asked import request
from ridgeline_worker.estimator.fitted import FittedNetwork
from ridgeline_worker.estimator.fitting import fit
from ridgeline_worker.estimator.results import params
from ridgeline_worker.estimator.rows import checked, checked_to_fit, column, weights, with_targets
from ridgeline_worker.estimator.target import Target, Wanted, flat
from ridgeline_worker.training.metrics import score

Array = npt.NDArray[Any]

Unchecked = Any
"""A parameter: scikit-learn wants any value to be kept as it is, and to be looked at in fit."""

LARGEST_SEED = 2**32 - 1


def _gives_probabilities(estimator: "RegularizationSearchCV") -> bool:
    """Whether it predicts classes; of one that decides by the values of y, known when it is fitted."""
    if estimator.wanted is Wanted.BY_VALUES:
        return hasattr(estimator, "classes_")
    return estimator.wanted is Wanted.CLASSES


class RegularizationSearchCV(BaseEstimator):
    """Searches the regularizer of a neural network and its strength, judges the best, and predicts with it.

    A fit is a study, run in this process and in a temporary folder: a search by cross-validation, a final in which
    the best of each kind and no regularizer at all train again on fresh folds, the verdict, and a network with the
    recommended setting trained on all rows.  What the parameters mean is what the fields of a study of the same name
    mean; None leaves one to the study's default.

    Whether y is classes or numbers is seen from its values: fractions and more than 20 different whole numbers are
    numbers.  `RegularizationSearchClassifier` and `RegularizationSearchRegressor` take y for one of the two, and
    tell scikit-learn so before they are fitted.

    Args:
        regularizers: kinds to compare, by name or as dictionaries with strengths; None: the default set.
        model: kind of the network, such as mlp or linear, or a dictionary with its options.
        hidden: units of each hidden layer; None: those of the model.
        mode: single: one kind a setting; cocktail: any of them together.
        baseline: the setting that you use today, to be compared with.
        always: fixed regularizers under every setting.
        scoring: a metric, by the name that Ridgeline or scikit-learn has for it; None: neg_log_loss for classes,
            neg_root_mean_squared_error for numbers.
        folds: parts of a cross-validation.
        repeats: cross-validations of the search.
        split: stratified, shuffled, group or time; time: rows are in the order of time.
        test_fraction: share of rows that only the verdict's test score sees; all rows train the network in the end.
        final_repeats: cross-validations of the final; 0: no final, no verdict, and the best trial is chosen.
        min_gain: the smallest gain over no regularizer worth having, in units of the metric.
        scaling: standard, quantile or none.
        imputation: median or mean.
        epochs: passes over the training rows.
        batch_size: rows of a step.
        optimizer: adam or sgd, or a dictionary with options.
        learning_rate: step size; a list or a range is tried inside each kind.
        precision: float32 or float64.
        class_weight: balanced, or a number for each class.
        sampler: how strengths are suggested: tpe, random, qmc, gp or grid.
        pruner: how weak settings are stopped early: successive_halving, hyperband, median or none.
        max_trials: settings that are tried.
        max_seconds: time that a fit may take, about, but for the last training.
        refit: whether to train a network on all rows in the end, to predict with.
        random_state: seed of every draw.
        n_jobs: processes that train; None: none but this one; -1: one a processor.
        verbose: 1: lines that tell how far a fit is.

    Attributes:
        best_params_: the chosen setting: `regularizer`, `kind__strength`, `learning_rate`.
        best_score_: its cross-validated score on the fresh folds of the final, corrected for having been chosen, the
            higher the better; without a final that of the best trial, which flatters.
        best_index_: its row in `cv_results_`.
        best_estimator_: the network trained on all rows.
        cv_results_: a row a setting, with `state` and `n_epochs`: those that were stopped early have their last
            scores, and ranks behind those that were not; `final_score` is of the final, not corrected for the choice.
        verdict_: the verdict, as `GET /v1/studies/{id}/verdict` gives it; None without a final.
        study_: the study, as `GET /v1/studies/{id}` gives it.
        classes_: of y, where it is classes.
        n_features_in_: columns of X.
        feature_names_in_: their names, where X has such.
    """

    wanted: ClassVar[Wanted] = Wanted.BY_VALUES

    def __init__(
        self,
        regularizers: Unchecked = None,
        *,
        model: Unchecked = "mlp",
        hidden: Unchecked = None,
        mode: Unchecked = "single",
        baseline: Unchecked = None,
        always: Unchecked = (),
        scoring: Unchecked = None,
        folds: Unchecked = 5,
        repeats: Unchecked = 1,
        split: Unchecked = None,
        test_fraction: Unchecked = 0.0,
        final_repeats: Unchecked = 10,
        min_gain: Unchecked = None,
        scaling: Unchecked = "standard",
        imputation: Unchecked = "median",
        epochs: Unchecked = 50,
        batch_size: Unchecked = 64,
        optimizer: Unchecked = "adam",
        learning_rate: Unchecked = None,
        precision: Unchecked = "float32",
        class_weight: Unchecked = None,
        sampler: Unchecked = "tpe",
        pruner: Unchecked = "successive_halving",
        max_trials: Unchecked = 128,
        max_seconds: Unchecked = None,
        refit: Unchecked = True,
        random_state: Unchecked = None,
        n_jobs: Unchecked = None,
        verbose: Unchecked = 0,
    ) -> None:
        self.regularizers = regularizers
        self.model = model
        self.hidden = hidden
        self.mode = mode
        self.baseline = baseline
        self.always = always
        self.scoring = scoring
        self.folds = folds
        self.repeats = repeats
        self.split = split
        self.test_fraction = test_fraction
        self.final_repeats = final_repeats
        self.min_gain = min_gain
        self.scaling = scaling
        self.imputation = imputation
        self.epochs = epochs
        self.batch_size = batch_size
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.precision = precision
        self.class_weight = class_weight
        self.sampler = sampler
        self.pruner = pruner
        self.max_trials = max_trials
        self.max_seconds = max_seconds
        self.refit = refit
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.verbose = verbose

    def fit(self, X: Any, y: Any, *, sample_weight: Any = None, groups: Any = None) -> "RegularizationSearchCV":  # noqa: N803
        """Search, judge, and train on all rows.

        Args:
            X: rows of numbers, or a data frame with words and dates too, or arrays with more than two axes; what is
                missing is NaN or null.
            y: classes, labels of 0 and 1 in columns, or numbers in one column or several.
            sample_weight: how much each row counts, in the loss and in the scores.
            groups: rows with equal values are never on both sides of a split.

        Raises:
            ValueError: rows or parameters are not what they must be, or no setting gave a finite score.
        """  # fmt: skip
        self._forget()
        inputs, layout, targets = checked_to_fit(self, X, y)
        target = Target.of(targets, self.wanted)
        seed = int(check_random_state(self.random_state).randint(LARGEST_SEED, dtype=np.uint32))
        asked = request(vars(self), target, seed)
        rows, roles = with_targets(
            inputs,
            target.encoded(targets),
            sample_weight=None if sample_weight is None else weights(sample_weight, len(targets)),
            groups=None if groups is None else column(groups, len(targets), "groups"),
            in_order=self.split == "time",
        )
        fitted = fit(
            rows,
            roles,
            asked,
            target.task,
            processes=effective_n_jobs(self.n_jobs),
            verbose=self.verbose,
            refit=self.refit,
        )
        self.study_, self.verdict_ = fitted.study, fitted.verdict
        self.cv_results_, self.best_index_ = fitted.found.cv_results, fitted.found.index
        self.best_params_, self.best_score_ = params(fitted.found.setting), fitted.found.score
        if target.classes is not None:
            self.classes_ = target.classes
        self._layout, self._target = layout, target
        if fitted.network is not None:
            self.best_estimator_ = FittedNetwork(fitted.network, layout, target)
        return self

    def predict(self, X: Any) -> Array:  # noqa: N803
        """Classes, labels or numbers for rows like those that it was fitted on.

        Raises:
            NotFittedError: it was not fitted.
            AttributeError: `refit` is false.
            ValueError: the columns are others.
        """
        predicted = self._predictions(X, "predict")
        return self._target.decided(predicted)

    @available_if(_gives_probabilities)  # type: ignore[untyped-decorator]  # scikit-learn has no types
    def predict_proba(self, X: Any) -> npt.NDArray[np.float64]:  # noqa: N803
        """The probability of each class, in the order of `classes_`, or of each label.

        Raises:
            NotFittedError: it was not fitted.
            AttributeError: `refit` is false.
            ValueError: the columns are others.
        """
        return self._predictions(X, "predict_proba")

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:  # noqa: N803
        """The score of predictions by the metric that was searched by, the higher the better: losses are negative.

        Raises:
            NotFittedError: it was not fitted.
            AttributeError: `refit` is false.
            ValueError: the columns are others, or y has a class that it was not fitted on.
        """
        predicted = self._predictions(X, "score")
        targets = flat(check_array(y, dtype=None, ensure_2d=False, input_name="y"))
        check_consistent_length(predicted, targets)
        counting = None if sample_weight is None else weights(sample_weight, len(targets))
        objective = self.study_.study.objective
        found = score(objective.metric, self._target.task, self._target.encoded(targets), predicted, counting)
        return -objective.direction.sign * found

    def _forget(self) -> None:
        """Drop what only another fit may have had."""
        for name in ("classes_", "best_estimator_"):
            self.__dict__.pop(name, None)

    def _predictions(self, x: Any, method: str) -> npt.NDArray[np.float64]:
        """Probabilities of the classes or labels, or numbers."""
        check_is_fitted(self)
        if not hasattr(self, "best_estimator_"):
            raise AttributeError(f"{method} needs a network trained on all rows; fit again with refit=True")
        inputs, _ = checked(self, x, self._layout)
        return self.best_estimator_.network.predictions(inputs)

    def __sklearn_tags__(self) -> Tags:
        tags: Tags = super().__sklearn_tags__()  # type: ignore[no-untyped-call]  # likewise
        tags.target_tags.required = tags.target_tags.multi_output = True
        tags.input_tags.allow_nan = tags.input_tags.three_d_array = True
        wanted = self.wanted
        if wanted is Wanted.BY_VALUES and hasattr(self, "study_"):
            wanted = Wanted.CLASSES if hasattr(self, "classes_") else Wanted.NUMBERS
        if wanted is Wanted.CLASSES:
            tags.estimator_type, tags.classifier_tags = "classifier", ClassifierTags(multi_label=True)
        if wanted is Wanted.NUMBERS:
            tags.estimator_type, tags.regressor_tags = "regressor", RegressorTags()
        return tags


class RegularizationSearchClassifier(RegularizationSearchCV):
    """The same, for classes and labels whatever their values."""

    wanted: ClassVar[Wanted] = Wanted.CLASSES


class RegularizationSearchRegressor(RegularizationSearchCV):
    """The same, for numbers whatever their values."""

    wanted: ClassVar[Wanted] = Wanted.NUMBERS
