"""The script of every kind and mix trains as the lane of it does, given the lane's draws."""

import pytest

from ridgeline.kinds import CATALOGUE
from ridgeline.spec.snippet.kinds import SCRIPTS

STRENGTHS = {
    "l1": {"strength": 0.01},
    "l2": {"strength": 0.05},
    "elastic_net": {"strength": 0.02, "l1_ratio": 0.4},
    "weight_decay": {"tau": 1.7},
    "dropout": {"rate": 0.3},
    "group_lasso": {"strength": 0.03},
    "max_norm": {"limit": 0.6},
    "input_dropout": {"rate": 0.2},
    "gaussian_dropout": {"rate": 0.3},
    "dropconnect": {"rate": 0.3},
    "input_noise": {"sigma": 0.3},
    "cutout": {"ratio": 0.3},
    "mixup": {"alpha": 0.7},
    "cutmix": {"probability": 0.7},
    "label_smoothing": {"epsilon": 0.2},
    "confidence_penalty": {"strength": 0.3},
    "fgsm": {"epsilon": 0.1},
    "gradient_penalty": {"strength": 0.5},
    "sam": {"rho": 0.2},
    "gradient_clipping": {"limit": 0.2},
    "gradient_noise": {"scale": 0.1},
    "lookahead": {"k": 5.0, "alpha": 0.6},
    "ema": {"half_life": 0.7},
    "swa": {"start": 0.4},
    "snapshot_ensemble": {"cycles": 2.0},
}
TASKS = {"multiclass": "wine", "binary": "breast_cancer", "regression": "diabetes"}


def test_every_kind_is_tried_here():
    assert STRENGTHS.keys() == SCRIPTS.keys() == CATALOGUE.keys() - {"none"}


@pytest.mark.parametrize("optimizer", ["adam", {"kind": "sgd", "momentum": 0.8}], ids=["adam", "sgd"])
@pytest.mark.parametrize("task", TASKS)
def test_of_every_kind_alone(task_of, follows, task, optimizer):
    kinds = [kind for kind in STRENGTHS if task not in CATALOGUE[kind].refuses_tasks]
    follows(task_of(TASKS[task], optimizer), [{}, *({kind: STRENGTHS[kind]} for kind in kinds)])
