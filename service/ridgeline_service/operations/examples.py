"""Requests and answers that the OpenAPI page shows: each request runs as it stands, each answer was given."""

import json
from importlib.resources import files
from typing import Any

_WDBC: dict[str, Any] = {
    "dataset": "breast_cancer",
    "seed": 0,
    "model": {"kind": "mlp", "hidden": [64, 64], "activation": "relu"},
    "baseline": {"kind": "weight_decay", "tau": 40},
    "objective": {"metric": "log_loss"},
    "evaluation": {"folds": 5, "repeats": 1, "test_fraction": 0.2},
    "training": {"epochs": 50, "batch_size": 64, "optimizer": "adam", "learning_rate": 0.001},
    "sampler": "tpe",
    "pruner": "successive_halving",
    "budget": {"max_trials": 128},
}

STUDIES: dict[str, Any] = {
    "smallest": {
        "summary": "Only a data set",
        "value": {"dataset": "breast_cancer"},
    },
    "single": {
        "summary": "Which kind, how strong",
        "value": _WDBC
        | {
            "mode": "single",
            "regularizers": [
                "none",
                "l1",
                {"kind": "l2", "strength": {"low": 1e-6, "high": 1e-1, "log": True}},
                {"kind": "dropout", "rate": 0.5},
            ],
        },
    },
    "cocktail": {
        "summary": "Which kinds together, each how strong",
        "description": "Of kinds that exclude each other, such as mixup and cutmix, one is on at most.",
        "value": _WDBC
        | {
            "mode": "cocktail",
            "regularizers": [
                "l1",
                {"kind": "l2", "strength": {"low": 1e-6, "high": 1e-1, "log": True}},
                {"kind": "dropout", "rate": 0.5},
                "mixup",
                "cutmix",
                "ema",
                "swa",
            ],
        },
    },
}
"""Of a study, by name."""

ANSWERS: dict[str, dict[str, Any]] = {
    "/v1/studies/{study_id}/verdict": {
        "none": {
            "summary": "None is best; dropout and the baseline may be as good",
            "description": "Of l1, l2 and dropout on breast_cancer, after 24 trials and three final repeats; rounded.",
            "value": json.loads(files(__package__).joinpath("verdict.json").read_text(encoding="utf-8")),
        },
    },
}
"""Of what GET gives, by path and name."""
