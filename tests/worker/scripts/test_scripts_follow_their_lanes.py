"""The script of every kind and mix trains as the lane of it does, given the lane's draws."""

import numpy as np
import pytest

from ridgeline.kinds import CATALOGUE
from ridgeline.spec.defaults import excluded
from ridgeline.spec.snippet.kinds import SCRIPTS, batch_norm
from ridgeline_worker.training import sites

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
    "activity": {"strength": 0.05},
    "fgsm": {"epsilon": 0.1},
    "gradient_penalty": {"strength": 0.5},
    "sam": {"rho": 0.2},
    "orthogonality": {"strength": 0.05},
    "spectral": {"strength": 0.5},
    "gradient_clipping": {"limit": 0.2},
    "gradient_noise": {"scale": 0.1},
    "lookahead": {"k": 5.0, "alpha": 0.6},
    "ema": {"half_life": 0.7},
    "swa": {"start": 0.4},
    "snapshot_ensemble": {"cycles": 2.0},
    "early_stopping": {"epochs": 2.0},
    "batch_norm": {"on": 1.0},
    "layer_norm": {"on": 1.0},
    "skip": {"on": 1.0},
    "shake_shake": {"on": 1.0},
    "stochastic_depth": {"rate": 0.4},
    "shake_drop": {"rate": 0.6},
}
ON_BRANCHES = {"skip", "shake_shake", "stochastic_depth", "shake_drop"}
"""Kinds that do nothing where no hidden layer is as wide as the one before it."""
TASKS = {"multiclass": "wine", "binary": "breast_cancer", "regression": "diabetes"}


def test_every_kind_that_has_a_script_is_tried_here():
    assert STRENGTHS.keys() == SCRIPTS.keys()


@pytest.mark.parametrize("optimizer", ["adam", {"kind": "sgd", "momentum": 0.8}], ids=["adam", "sgd"])
@pytest.mark.parametrize("task", TASKS)
def test_of_every_kind_alone(task_of, follows, task, optimizer):
    kinds = [kind for kind in STRENGTHS if kind not in ON_BRANCHES and task not in CATALOGUE[kind].refuses_tasks]
    follows(task_of(TASKS[task], optimizer), [{}, *({kind: STRENGTHS[kind]} for kind in kinds)])


def mixture(random, task, size=5):
    """So many kinds at random that may be combined."""
    kinds = [kind for kind in STRENGTHS if kind not in ON_BRANCHES and task not in CATALOGUE[kind].refuses_tasks]
    found = []
    for kind in random.permutation(kinds):
        if len(found) < size and not any(excluded(str(kind), other) for other in found):
            found.append(str(kind))
    return {kind: STRENGTHS[kind] for kind in found}


WHOLE = [
    ["fgsm", "gradient_penalty", "sam", "dropout", "gaussian_dropout", "dropconnect", "confidence_penalty"],
    ["sam", "dropout", "gradient_penalty", "input_dropout", "label_smoothing"],
    ["gradient_penalty", "gaussian_dropout", "mixup", "input_noise"],
    ["fgsm", "dropout", "input_noise", "activity", "early_stopping"],
    ["l1", "elastic_net", "group_lasso", "max_norm", "l2", "weight_decay", "snapshot_ensemble", "lookahead"],
    ["l2", "orthogonality", "gradient_clipping", "gradient_noise", "swa", "cutmix", "sam"],
    ["ema", "lookahead", "dropconnect", "cutout", "group_lasso"],
]
"""Kinds that meet at one point of the step, or one after the other."""


@pytest.mark.parametrize("optimizer", ["adam", {"kind": "sgd", "momentum": 0.9, "nesterov": True}], ids=["adam", "sgd"])
@pytest.mark.parametrize("task", ["multiclass", "binary"])
def test_of_mixes(task_of, follows, task, optimizer):
    random = np.random.default_rng([len(task), isinstance(optimizer, str)])
    mixes = [{kind: STRENGTHS[kind] for kind in kinds} for kinds in WHOLE]
    follows(task_of(TASKS[task], optimizer), [*mixes, *(mixture(random, task) for _ in range(3))])


def test_a_schedule_of_uneven_cycles(task_of, follows):
    """Three cycles of seven steps: torch's own scheduler restarts at whole steps only."""
    training = {"epochs": 7, "batch_size": 100, "precision": "float64"}
    task = task_of("wine", training=training)
    assert task.problem.epochs * task.problem.steps_per_epoch % 3
    follows(task, [{"snapshot_ensemble": {"cycles": 3.0}, "weight_decay": {"tau": 3.0}, "l1": {"strength": 0.01}}])


def test_kinds_at_neutral_are_left_out(task_of):
    off = {"mixup": {"alpha": 0.0}, "swa": {"start": 1.0}, "sam": {"rho": 0.0}, "snapshot_ensemble": {"cycles": 1.0}}
    task = task_of("wine")
    _, _, none = task.script({}).partition("import")
    _, _, neutral = task.script(off).partition("import")
    assert neutral == none


def test_classes_that_count_differently(task_of, follows):
    training = {"epochs": 2, "batch_size": 64, "precision": "float64", "class_weight": "balanced"}
    kinds = ["confidence_penalty", "gradient_penalty", "sam", "mixup", "label_smoothing"]
    mix = {kind: STRENGTHS[kind] for kind in kinds}
    for dataset in ("wine", "breast_cancer"):
        follows(task_of(dataset, training=training), [mix, {"fgsm": STRENGTHS["fgsm"], "dropout": {"rate": 0.4}}])


OF_SHAPES = [
    "group_lasso",
    "max_norm",
    "input_dropout",
    "dropout",
    "gaussian_dropout",
    "dropconnect",
    "input_noise",
    "cutout",
    "mixup",
    "cutmix",
    "fgsm",
    "gradient_penalty",
    "sam",
    "activity",
    "orthogonality",
    "spectral",
    "ema",
]
"""Kinds that know rows, units or layers."""


@pytest.mark.parametrize("model", [{"kind": "linear"}, {"kind": "residual_mlp", "width": 6, "blocks": 1}], ids=str)
def test_on_other_models_of_columns(task_of, follows, model):
    kinds = [kind for kind in OF_SHAPES if model["kind"] not in CATALOGUE[kind].refuses]
    follows(task_of("wine", model=model), [{kind: STRENGTHS[kind]} for kind in kinds])


BRANCHED = [
    ["skip"],
    ["skip", "stochastic_depth"],
    ["skip", "shake_drop"],
    ["skip", "shake_shake"],
    ["skip", "shake_drop", "batch_norm", "dropout", "dropconnect", "sam", "group_lasso", "ema"],
    ["skip", "shake_shake", "layer_norm", "gaussian_dropout", "activity", "gradient_penalty", "gradient_noise"],
    ["skip", "stochastic_depth", "batch_norm", "gaussian_dropout", "fgsm", "mixup", "l2", "snapshot_ensemble"],
    ["skip", "shake_shake", "batch_norm", "dropout", "sam", "spectral", "max_norm", "weight_decay", "swa"],
    ["skip", "shake_drop", "gradient_penalty", "orthogonality", "l1", "lookahead", "early_stopping"],
]
"""Kinds on residual branches, and what acts inside them."""
WITH_BRANCHES = {
    "adam": {"kind": "mlp", "hidden": [6, 5, 5, 5], "activation": "silu"},
    "sgd": {"kind": "residual_mlp", "width": 5, "blocks": 2},
}
"""By the optimizer."""


@pytest.mark.parametrize("optimizer", WITH_BRANCHES)
def test_on_residual_branches(task_of, follows, optimizer):
    model = WITH_BRANCHES[optimizer]
    training = {"epochs": 2, "batch_size": 32, "precision": "float64", "optimizer": optimizer}
    mixes = [[kind for kind in kinds if model["kind"] not in CATALOGUE[kind].refuses] for kinds in BRANCHED]
    follows(task_of("wine", model=model, training=training), [{kind: STRENGTHS[kind] for kind in m} for m in mixes])


def test_moments_of_a_part_of_the_rows(task_of, follows, monkeypatch):
    """Of more training rows than so many, they are of so many, evenly spread."""
    for module in (sites, batch_norm):
        monkeypatch.setattr(module, "STATISTICS_ROWS", 50)
    task = task_of("wine")
    assert task.rows > 50
    follows(task, [{"batch_norm": STRENGTHS["batch_norm"]}])


ARRAYS = {
    "series": ((2, 12), {"kind": "conv1d", "channels": [3], "kernel_size": 3, "hidden": [5]}),
    "images": ((8, 8), {"kind": "conv2d", "channels": [2, 3], "hidden": []}),
    "perceptron": ((1, 5, 4), {"kind": "mlp", "hidden": [6]}),
}


@pytest.mark.parametrize("arrays", ARRAYS)
def test_on_arrays_where_parts_are_patches(task_of_file, follows, tmp_path, arrays):
    shape, model = ARRAYS[arrays]
    random = np.random.default_rng(0)
    np.savez(tmp_path / "arrays.npz", x=random.normal(size=(80, *shape)), y=np.arange(80) % 3)
    task = task_of_file("arrays.npz", {"target": "y"}, model=model)
    mixes = [{kind: STRENGTHS[kind]} for kind in [*OF_SHAPES, "batch_norm", "layer_norm"]]
    follows(task, [*mixes, *(mixes[-2] | {kind: STRENGTHS[kind]} for kind in ("dropout", "l2", "ema"))])


@pytest.fixture
def customers(tmp_path):
    """Two numbers and two categories of customers, and targets of every task."""
    random = np.random.default_rng(0)
    lines = ["size,age,city,plan,level,spent,earned,opened,bought"]
    for i in range(90):
        numbers = [f"{value:.4f}" for value in random.normal(size=2)]
        words = [("Rome", "Oslo", "Lima")[random.integers(3)], ("free", "paid")[random.integers(2)]]
        flags = [("no", "yes")[random.integers(2)] for _ in range(2)]
        targets = [f"l{i % 3}", *(f"{value:.4f}" for value in random.normal(size=2)), *flags]
        lines.append(",".join([*numbers, *words, *targets]))
    (tmp_path / "customers.csv").write_text("\n".join(lines))


TARGETS = {"multilabel": ["opened", "bought"], "multi_target": ["spent", "earned"]}
UNUSED = ["level", "spent", "earned", "opened", "bought"]


@pytest.mark.parametrize("categories", ["one_hot", "embedding"])
@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_on_categories(task_of_file, follows, customers, categories, optimizer):
    """Columns that encode one category are one feature, and codes of an embedded one are no numbers."""
    model = {"kind": "mlp", "hidden": [6], "categories": categories}
    roles = {"target": "level", "exclude": [name for name in UNUSED if name != "level"]}
    task = task_of_file("customers.csv", roles, optimizer, model=model)
    apart = {
        "embedding": {"spectral"}
    }  # of a square table, it iterates on the other side, and stops a little elsewhere
    kinds = [kind for kind in OF_SHAPES if kind not in apart.get(categories, set())]
    follows(task, [{kind: STRENGTHS[kind]} for kind in kinds])


@pytest.mark.parametrize("task", TARGETS)
def test_of_several_targets(task_of_file, follows, customers, task):
    target = TARGETS[task]
    roles = {"target": target, "exclude": [name for name in UNUSED if name not in target]}
    kinds = [*OF_SHAPES, "label_smoothing", "confidence_penalty"]
    kinds = [kind for kind in kinds if task not in CATALOGUE[kind].refuses_tasks]
    follows(task_of_file("customers.csv", roles), [{kind: STRENGTHS[kind]} for kind in kinds])
