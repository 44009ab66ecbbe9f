"""The parameters of an estimator as the request of a study."""

import json
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from ridgeline.errors import Invalid, RidgelineError
from ridgeline.spec import StudySpec, parse_spec
from ridgeline.spec.metrics import Metric
from ridgeline_worker.estimator.target import Target

DATASET = "data"
"""The name of the data set within a fit."""

SCORERS = {
    "neg_log_loss": Metric.LOG_LOSS,
    "neg_brier_score": Metric.BRIER,
    "roc_auc_ovr": Metric.ROC_AUC,
    "neg_root_mean_squared_error": Metric.RMSE,
    "neg_mean_absolute_error": Metric.MAE,
}
"""Names that scikit-learn has for metrics; all others are the same."""

SECTIONS = {
    "evaluation": ("folds", "repeats", "test_fraction", "split", "final_repeats", "min_gain"),
    "training": ("epochs", "batch_size", "optimizer", "learning_rate", "precision"),
    "preparation": ("scaling", "imputation"),
    "budget": ("max_trials", "max_seconds"),
    "": ("mode", "regularizers", "baseline", "always", "sampler", "pruner"),
}
"""Parameters by the part of the request that they are in, under their own name."""

_OURS = {
    "objective.metric": "scoring",
    "dataset.target": "y",
    "dataset.weight": "sample_weight",
    "dataset.group": "groups",
    "dataset.exclude": "X",
    "training.class_weight": "class_weight",
}


def request(parameters: Mapping[str, Any], target: Target, seed: int) -> StudySpec:
    """The request of a study with these parameters; those that are None are left to its defaults.

    Raises:
        ValueError: with every rule that a parameter breaks by itself.
    """
    document: dict[str, Any] = {"dataset": {"id": DATASET, "task": target.task}, "seed": seed}
    for section, names in SECTIONS.items():
        given = {name: parameters[name] for name in names if parameters[name] is not None}
        document |= {section: given} if section else given
    if parameters["scoring"] is not None:
        metric = parameters["scoring"]
        document["objective"] = {"metric": SCORERS.get(metric, metric)}
    document["model"] = _model(parameters["model"], parameters["hidden"])
    if parameters["class_weight"] is not None:
        document["training"]["class_weight"] = _class_weight(parameters["class_weight"], target)
    try:
        return parse_spec(json.dumps(document, default=_plain).encode())
    except Invalid as refused:
        raise in_our_words(refused) from None


def in_our_words(refused: RidgelineError) -> ValueError:
    """The same refusal by the names of parameters."""
    told = str(refused)
    for path, name in _OURS.items():
        told = told.replace(path, name)
    return ValueError(re.sub(rf"\b({'|'.join(filter(None, SECTIONS))})\.", "", told))


def _model(model: Any, hidden: Any) -> Any:
    told = {"kind": model} if isinstance(model, str) else model
    return told if hidden is None else {**told, "hidden": hidden}


def _class_weight(asked: Any, target: Target) -> Any:
    """By the place of each class; a class without a weight has 1, as in scikit-learn."""
    if not isinstance(asked, Mapping) or target.classes is None:
        return asked
    classes = target.classes.tolist()
    unknown = [label for label in asked if label not in classes]
    if unknown:
        raise ValueError(f"class_weight must name classes of y but got {unknown[0]!r}; use some of {classes}")
    return {str(place): asked.get(label, 1.0) for place, label in enumerate(classes)}


def _plain(value: Any) -> Any:
    """What NumPy and pydantic hold, as JSON takes it."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    raise TypeError(f"parameters must be numbers, words, lists and dictionaries but got {type(value).__name__}")
