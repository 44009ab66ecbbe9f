"""Ridgeline as estimators of scikit-learn: a search, its verdict, and a network to predict with; no server needed."""

from ridgeline_worker.estimator.search_cv import (
    RegularizationSearchClassifier,
    RegularizationSearchCV,
    RegularizationSearchRegressor,
)

__all__ = ["RegularizationSearchCV", "RegularizationSearchClassifier", "RegularizationSearchRegressor"]
