"""Requests and answers that the OpenAPI page shows; each request runs as it stands."""

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

_WINNER = {"l2.strength": 0.001, "dropout.rate": 0.2}
_INGREDIENTS: dict[str, Any] = {
    "study_id": "2acf4441ba40ae33",
    "metric": "log_loss",
    "direction": "minimize",
    "winner": {
        "number": 2,
        "regularizer": "cocktail",
        "strengths": _WINNER,
        "derived": {},
        "learning_rate": 0.001,
    },
    "winner_score": 0.0715,
    "ingredients": [
        {
            "kind": "dropout",
            "strengths": {"rate": 0.2},
            "without": 4,
            "taken_along": [],
            "trained_again": True,
            "effect": 0.0213,
            "interval": {"low": 0.0071, "high": 0.0355},
            "standard_error": 0.0071,
            "p": 0.0042,
            "holm_p": 0.0084,
            "pairs": 50,
            "screening_effect": 0.0188,
            "matters": "shown",
        },
        {
            "kind": "l2",
            "strengths": {"strength": 0.001},
            "without": 5,
            "taken_along": [],
            "trained_again": True,
            "effect": 0.0004,
            "interval": {"low": -0.0049, "high": 0.0057},
            "standard_error": 0.0026,
            "p": 0.88,
            "holm_p": 0.88,
            "pairs": 50,
            "screening_effect": -0.0011,
            "matters": "not shown",
        },
    ],
    "simplest": {
        "number": 5,
        "regularizer": "dropout",
        "strengths": {"rate": 0.2},
        "derived": {},
        "learning_rate": 0.001,
    },
    "paragraph": (
        "The winner of the search is l2 with strength 0.001 and dropout with rate 0.2, at learning rate 0.001. "
        "Dropout helps: without it log_loss is 0.0213 worse (95 % interval: 0.0071 to 0.0355 worse; Holm p 0.0084). "
        "L2 is not shown to matter: no evidence either way, and differences up to 0.0057 are possible. The simplest "
        "mix of these ingredients that is as good, within a standard error, is dropout with rate 0.2."
    ),
}

ANSWERS: dict[str, dict[str, Any]] = {
    "/v1/studies/{study_id}/verdict": {
        "none": {
            "summary": "None is best; dropout and the baseline may be as good",
            "description": "Of l1, l2 and dropout on breast_cancer, after 24 trials and three final repeats; rounded.",
            "value": json.loads(files(__package__).joinpath("verdict.json").read_text(encoding="utf-8")),
        },
    },
    "/v1/studies/{study_id}/ingredients": {
        "two": {
            "summary": "Of l2 and dropout, dropout matters",
            "description": "The figures are made up.",
            "value": _INGREDIENTS,
        },
    },
}
"""Of what GET gives, by path and name."""
