"""scikit-learn's RandomizedSearchCV over its own perceptron; of the kinds it has l2 only, as alpha.

A search tells nothing before its end, so candidates are searched a few at a time, from one stream of draws: a candidate
counts from the end of its few on, which is sooner than a user of one long search would know of it.

    python -m answers.sklearn_side FOLDER
"""

import sys
import time
import warnings
from pathlib import Path

import numpy as np
from scipy.stats import loguniform
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import RandomizedSearchCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from answers.plan import Plan, tell

PROCESSES = 2
AT_ONCE = 4
"""Candidates of one search."""


def main(folder: Path) -> None:
    """Search until the trials or the seconds are spent."""
    plan = Plan.load(folder)
    with np.load(folder / "rows.npz") as kept:
        x, y = kept["x"], kept["y"]
        folds = [(kept[f"train{fold}"], kept[f"validation{fold}"]) for fold in range(plan.folds)]
    is_regression = plan.task == "regression"
    network = (MLPRegressor if is_regression else MLPClassifier)(
        hidden_layer_sizes=plan.widths[1:-1],
        batch_size=plan.batch_size,
        learning_rate_init=plan.learning_rate,
        max_iter=plan.epochs,
        n_iter_no_change=plan.epochs,  # so that it trains all epochs
        tol=0.0,
        random_state=plan.seed,
    )
    model = make_pipeline(StandardScaler(), network)
    name = f"{type(network).__name__.lower()}__alpha"
    if is_regression:
        model, name = TransformedTargetRegressor(model, transformer=StandardScaler()), f"regressor__{name}"
    strength = plan.kinds["l2"]["strength"]
    per_strength = 2 * plan.batch_size  # its penalty is alpha/(2 batch rows) sum w^2
    draw = np.random.RandomState(plan.seed)
    began, done = time.time(), 0
    while done < plan.trials and time.time() - began < plan.seconds:
        search = RandomizedSearchCV(
            model,
            {name: loguniform(per_strength * strength["low"], per_strength * strength["high"])},
            n_iter=min(AT_ONCE, plan.trials - done),
            scoring="neg_root_mean_squared_error" if is_regression else "neg_log_loss",
            cv=folds,
            refit=False,
            random_state=draw,
            n_jobs=PROCESSES,
        )
        search.fit(x, y)
        ended, found = time.time(), search.cv_results_
        for alpha, score in zip(found[f"param_{name}"], -found["mean_test_score"], strict=True):
            setting = {"regularizer": "l2", "strengths": {"strength": float(alpha) / per_strength}}
            tell(folder, {"began": began, "ended": ended, "setting": setting, "score": float(score)})
        done += len(search.cv_results_["params"])


if __name__ == "__main__":
    warnings.simplefilter("ignore", ConvergenceWarning)
    main(Path(sys.argv[1]))
