"""Studies on built-in sets keep the splits and the scores that they have always had."""

import hashlib
import json

import pytest

from ridgeline_worker.data import Table, folds, parts

MLP = {"model": {"kind": "mlp", "hidden": [13, 7]}}
LINEAR = {"model": {"kind": "linear"}}
SETTINGS = [{}, {"l2": {"strength": 0.01}}, {"dropout": {"rate": 0.3}}, {"l1": {"strength": 0.001}}]
SCORES = [
    ("breast_cancer", MLP, [0.21832114, 0.337552544, 0.369863272, 0.555132662, 0.526893027, 0.228399578]),
    ("iris", MLP, [0.649538336, 0.786989641, 0.831345065, 0.87221026, 0.878607667, 0.672540899]),
    (
        "iris",
        MLP | {"objective": {"metric": "roc_auc"}, "evaluation": {"folds": 3, "repeats": 2}},
        [0.882071632, 0.934744268, 0.946745562, 0.862332112, 0.953262787, 0.944773176],
    ),
    ("diabetes", MLP, [65.765842074, 59.653009664, 72.032302807, 64.398867566, 64.251695692, 65.951263632]),
    (
        "diabetes",
        LINEAR | {"objective": {"metric": "r2"}},
        [0.190052758, 0.361097046, 0.09479964, 0.448053523, 0.094184172, 0.190163334],
    ),
    (
        "wine",
        MLP | {"objective": {"metric": "balanced_accuracy"}},
        [0.924603175, 0.636363636, 0.805555556, 0.625, 0.96969697, 0.924603175],
    ),
    (
        "digits",
        MLP | {"objective": {"metric": "brier"}, "evaluation": {"folds": 2}},
        [0.840560045, 0.804659513, 0.855400879, 0.813181141, 0.85251555, 0.841282817],
    ),
]
"""Data set, wishes, and the scores of every third lane or so after twelve steps."""
SPLITS = {
    ("breast_cancer", 5, 1): "291e9d4540ed448c",
    ("iris", 5, 1): "ac2d37d4dca8086f",
    ("iris", 3, 2): "4f1f762fe9c74619",
    ("diabetes", 5, 1): "febc2e9237a966a7",
    ("wine", 5, 1): "6f4c0f99ca066069",
    ("digits", 2, 1): "eba961deed579eb4",
}
"""Data set, folds and repeats; SHA-256 of the rows of the test part and of each fold's validation rows."""


@pytest.mark.parametrize(("dataset", "asked", "expected"), SCORES, ids=str)
def test_scores_stay(problem_of, lanes_of, trained, dataset, asked, expected):
    problem = problem_of(dataset, **asked)
    scores = [score.score for score in trained(problem, lanes_of(problem, SETTINGS), 12)[1]]
    every = max(1, len(scores) // 6)
    assert scores[::every][:6] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("asked", "expected"), SPLITS.items(), ids=str)
def test_splits_stay(study_of, stored, asked, expected):
    dataset, count, repeats = asked
    study = study_of(dataset, evaluation={"folds": count, "repeats": repeats})
    table = Table.open(stored(dataset), study.dataset)
    split = parts(table, study.evaluation)
    dealt = [fold for repeat in range(repeats) for fold in folds(table, split.search, study.evaluation, 0, repeat)]
    told = [split.test.tolist(), *(fold.validation.tolist() for fold in dealt)]
    assert hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16] == expected
