"""The script of a setting runs as it is and does what its kind says."""

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.linear_model import ElasticNet, Lasso, LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, r2_score

from ridgeline.errors import NoScript
from ridgeline.kinds import CATALOGUE
from ridgeline.spec import BUILT_IN, ResolvedStudy, Setting, StudySpec, resolve
from ridgeline.spec.metrics import Metric
from ridgeline.spec.models import Custom
from ridgeline.spec.resolved import FixedRegularizer
from ridgeline.spec.snippet import SCRIPTED, snippet

OPTIMIZERS = {
    "sgd": {"kind": "sgd"},
    "momentum": {"kind": "sgd", "momentum": 0.9},
    "nesterov": {"kind": "sgd", "momentum": 0.9, "nesterov": True},
    "adam": {"kind": "adam"},
    "slow_adam": {"kind": "adam", "beta1": 0.8, "beta2": 0.99, "epsilon": 1e-6},
}
STRENGTHS = {
    "none": {},
    "l1": {"strength": 1e-3},
    "l2": {"strength": 1e-3},
    "elastic_net": {"strength": 1e-3, "l1_ratio": 0.5},
    "weight_decay": {"tau": 20.0},
    "dropout": {"rate": 0.2},
}


@pytest.fixture(autouse=True)
def torch_as_it_was() -> Iterator[None]:
    threads = torch.get_num_threads()
    yield
    torch.set_default_dtype(torch.float32)
    torch.set_num_threads(threads)


def study(dataset: str = "breast_cancer", **asked: Any) -> ResolvedStudy:
    kinds = {"regularizers": ["none"]} if "always" in asked else {}
    return resolve(StudySpec.model_validate({"dataset": dataset, **kinds, **asked}), BUILT_IN[dataset])


def setting(regularizer: str = "none", learning_rate: float = 0.01, **strengths: float) -> Setting:
    return Setting(regularizer=regularizer, strengths=strengths, learning_rate=learning_rate)


def run(script: str) -> dict[str, Any]:
    """Everything that a script defines."""
    names: dict[str, Any] = {}
    exec(compile(script, "snippet.py", "exec"), names)  # the script under test
    return names


def told_score(printed: str) -> float:
    (number,) = re.findall(r"held-out rows: (-?[\d.]+)", printed)
    return float(number)


def test_every_kind_is_shown_by_a_script() -> None:
    assert CATALOGUE.keys() - set(SCRIPTED) == set()


@pytest.mark.parametrize(
    ("dataset", "metric", "sane"),
    [
        ("breast_cancer", "accuracy", (0.9, 1.0)),
        ("wine", "accuracy", (0.85, 1.0)),
        ("diabetes", "r2", (0.2, 0.7)),
    ],
)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("kind", STRENGTHS)
class TestEveryKind:
    def test_learns_every_task_by_every_optimizer(self, kind, optimizer, dataset, metric, sane) -> None:
        training = {"epochs": 20, "optimizer": OPTIMIZERS[optimizer]}
        asked = study(dataset, training=training, objective={"metric": metric}, model={"kind": "mlp", "hidden": [32]})
        script = snippet(asked, setting(kind, 0.05 if optimizer == "sgd" else 0.01, **STRENGTHS[kind]))

        names = run(script)

        score = {"accuracy": accuracy_score, "r2": r2_score}[metric](names["y_val"], names["predictions"])
        assert sane[0] <= score <= sane[1]


@pytest.mark.parametrize("kind", [kind for kind in SCRIPTED if kind not in STRENGTHS])
@pytest.mark.parametrize(("dataset", "metric", "sane"), [("wine", "accuracy", 0.85), ("diabetes", "r2", 0.2)])
def test_every_other_kind_learns_at_its_default(kind, dataset, metric, sane, capsys) -> None:
    if BUILT_IN[dataset].task in CATALOGUE[kind].refuses_tasks:
        return
    asked = study(dataset, training={"epochs": 20}, objective={"metric": metric}, model={"kind": "mlp", "hidden": [32]})
    defaults = {name: bounds.default_value(20) for name, bounds in CATALOGUE[kind].bounds.items()}
    run(snippet(asked, setting(kind, **defaults)))
    assert told_score(capsys.readouterr().out) >= sane


@pytest.mark.parametrize("dataset", ["breast_cancer", "wine", "diabetes"])
def test_every_metric_of_a_task_is_printed(dataset, capsys) -> None:
    task = BUILT_IN[dataset].task
    for metric in [metric for metric in Metric if metric.fits(task)]:
        asked = study(dataset, training={"epochs": 20}, objective={"metric": metric}, model="linear")
        run(snippet(asked, setting()))
        printed = capsys.readouterr().out
        assert printed.startswith(f"{metric} on ")
        assert np.isfinite(told_score(printed))


@pytest.mark.parametrize("dataset", ["breast_cancer", "wine"])
def test_brier_is_the_mean_squared_error_of_the_probabilities(dataset, capsys) -> None:
    names = run(snippet(study(dataset, training={"epochs": 5}, objective={"metric": "brier"}), setting()))
    told = told_score(capsys.readouterr().out)
    true = np.array(names["y_val"])
    if dataset == "breast_cancer":
        expected = np.mean((names["probabilities"] - true) ** 2)
    else:
        one_hot = (true[:, None] == np.arange(3)).astype(float)
        expected = np.mean([np.sum((p - t) ** 2) for p, t in zip(names["probabilities"], one_hot, strict=True)])
    assert told == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    "kinds",
    [
        [
            "mixup",
            "dropout",
            "dropconnect",
            "confidence_penalty",
            "gradient_penalty",
            "sam",
            "gradient_clipping",
            "ema",
            "skip",
            "shake_drop",
        ],
        ["group_lasso", "cutmix", "gaussian_dropout", "gradient_noise", "lookahead", "snapshot_ensemble", "batch_norm"],
    ],
    ids=len,
)
def test_the_script_stands_alone(kinds) -> None:
    defaults = {kind: {n: b.default_value(2) for n, b in CATALOGUE[kind].bounds.items()} for kind in kinds}
    always = tuple(FixedRegularizer(kind=kind, strengths=strengths) for kind, strengths in defaults.items())
    script = snippet(study(training={"epochs": 2}).model_copy(update={"always": always}), setting())
    assert "ridgeline" not in script
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("log_loss on 114 held-out rows: ")


def test_it_reads_as_written_by_hand() -> None:
    for kind, strengths in STRENGTHS.items():
        script = snippet(study(), setting(kind, **strengths))
        lines = script.splitlines()
        assert len(lines) < 55
        assert max(map(len, lines)) <= 120
        assert script.startswith('"""breast_cancer, mlp, regularizer ' + kind)


def test_none_mentions_no_regularizer() -> None:
    script = snippet(study(), setting())
    assert not re.search("weights|decay|Dropout|proximal", script)


class TestTraining:
    def test_a_binary_model_has_one_logit_and_several_classes_have_one_each(self) -> None:
        asked = {"training": {"epochs": 1}, "model": "linear"}
        assert run(snippet(study("breast_cancer", **asked), setting()))["model"].out_features == 1
        assert run(snippet(study("wine", **asked), setting()))["model"].out_features == 3

    def test_rows_are_standardized_by_the_training_rows_only(self) -> None:
        names = run(snippet(study(training={"epochs": 1, "precision": "float64"}), setting()))
        assert torch.allclose(names["X_train"].mean(0), torch.zeros(30, dtype=torch.float64), atol=1e-9)
        assert torch.allclose(names["X_train"].std(0, correction=0), torch.ones(30, dtype=torch.float64))
        assert not torch.allclose(names["X_val"].mean(0), torch.zeros(30, dtype=torch.float64), atol=1e-3)

    def test_an_epoch_has_the_steps_of_the_study(self) -> None:
        asked = study(training={"epochs": 3, "batch_size": 50})
        names = run(snippet(asked, setting()))
        (state, *_) = names["optimizer"].state.values()
        assert state["step"] == 3 * asked.training.steps_per_epoch

    def test_float64_is_used_where_it_was_asked_for(self) -> None:
        names = run(snippet(study(training={"epochs": 1, "precision": "float64"}), setting()))
        assert {parameter.dtype for parameter in names["model"].parameters()} == {torch.float64}

    @pytest.mark.parametrize("activation", ["relu", "tanh", "gelu", "silu"])
    def test_the_activation_stands_after_each_hidden_layer(self, activation) -> None:
        asked = study(model={"kind": "mlp", "hidden": [8, 4], "activation": activation}, training={"epochs": 1})
        layers = [type(layer).__name__.lower() for layer in run(snippet(asked, setting()))["model"]]
        assert layers == ["linear", activation, "linear", activation, "linear"]

    def test_the_options_of_the_optimizer_are_kept(self) -> None:
        for asked in ({"kind": "sgd", "momentum": 0.8, "nesterov": True}, OPTIMIZERS["slow_adam"]):
            optimizer = run(snippet(study(training={"epochs": 1, "optimizer": asked}), setting()))["optimizer"]
            (group,) = optimizer.param_groups
            assert group["lr"] == 0.01
            assert group["weight_decay"] == 0
            if asked["kind"] == "sgd":
                assert (group["momentum"], group["nesterov"]) == (0.8, True)
            else:
                assert (group["betas"], group["eps"]) == ((0.8, 0.99), 1e-6)


class TestDecay:
    def test_l2_is_twice_its_strength_on_weight_matrices_only(self) -> None:
        optimizer = run(snippet(study(training={"epochs": 1}), setting("l2", strength=0.25)))["optimizer"]
        assert type(optimizer) is torch.optim.Adam
        assert {p.ndim: g["weight_decay"] for g in optimizer.param_groups for p in g["params"]} == {2: 0.5, 1: 0}

    def test_weight_decay_under_adam_is_adamw_with_the_derived_rate_on_weight_matrices_only(self) -> None:
        asked = study(training={"epochs": 1})
        optimizer = run(snippet(asked, setting("weight_decay", tau=40.0)))["optimizer"]
        rate = 1 / (0.01 * asked.training.steps_per_epoch * 40)
        assert type(optimizer) is torch.optim.AdamW
        decay = {p.ndim: g["weight_decay"] for g in optimizer.param_groups for p in g["params"]}
        assert decay == {2: pytest.approx(rate, rel=1e-5), 1: 0}

    def test_weight_decay_with_tau_multiplies_weights_by_the_same_factor_under_every_optimizer(self) -> None:
        """A learning rate near 0 leaves the decay alone: its factor is (1 - 1/(steps tau)) a step."""
        for optimizer in OPTIMIZERS.values():
            asked = study(training={"epochs": 1, "optimizer": optimizer, "precision": "float64"})
            torch.manual_seed(0)
            decayed = run(snippet(asked, setting("weight_decay", 1e-9, tau=2.0)))
            plain = run(snippet(asked, setting("none", 1e-9)))
            steps = asked.training.steps_per_epoch
            factor = (1 - 1 / (steps * 2.0)) ** steps
            for name, parameter in decayed["model"].named_parameters():
                other = dict(plain["model"].named_parameters())[name]
                expected = other * factor if parameter.ndim == 2 else other
                assert torch.allclose(parameter, expected, rtol=1e-4, atol=1e-7)


def full_batch(dataset: str, optimizer: str, epochs: int) -> ResolvedStudy:
    training = {
        "epochs": epochs,
        "batch_size": 65536,
        "optimizer": OPTIMIZERS[optimizer],
        "precision": "float64",
    }
    return study(dataset, training=training, model="linear")


def with_always(asked: ResolvedStudy, kind: dict[str, Any]) -> ResolvedStudy:
    strengths = {name: float(value) for name, value in kind.items() if name != "kind"}
    return asked.model_copy(update={"always": (FixedRegularizer(kind=kind["kind"], strengths=strengths),)})


@pytest.mark.parametrize(
    ("optimizer", "rate", "epochs"), [("sgd", 0.1, 3000), ("momentum", 0.05, 1500), ("adam", 0.02, 3000)]
)
class TestALinearModelMeetsScikitLearn:
    """Full batch, float64, to convergence; L = mean (y - f)^2, so that l2(s) = Ridge(n s), l1(s) = Lasso(s/2)."""

    def fitted(self, optimizer: str, rate: float, epochs: int, kind: str, **strengths: float) -> dict[str, Any]:
        return run(snippet(full_batch("diabetes", optimizer, epochs), setting(kind, rate, **strengths)))

    def check(self, names: dict[str, Any], expected: Any) -> None:
        expected.fit(names["X_train"].numpy(), names["y_train"].numpy())
        ours = names["model"].weight.detach().numpy()[0]
        np.testing.assert_allclose(ours, expected.coef_, rtol=1e-3, atol=1e-5)

    def test_l2_is_ridge(self, optimizer, rate, epochs) -> None:
        names = self.fitted(optimizer, rate, epochs, "l2", strength=0.1)
        self.check(names, Ridge(alpha=len(names["X_train"]) * 0.1))

    def test_l1_is_lasso_with_the_same_zeros(self, optimizer, rate, epochs) -> None:
        names = self.fitted(optimizer, rate, epochs, "l1", strength=0.2)
        lasso = Lasso(alpha=0.1, tol=1e-12)
        self.check(names, lasso)
        zeros = names["model"].weight.detach().numpy()[0] == 0
        assert zeros.any()
        np.testing.assert_array_equal(zeros, lasso.coef_ == 0)

    def test_elastic_net_is_elastic_net(self, optimizer, rate, epochs) -> None:
        names = self.fitted(optimizer, rate, epochs, "elastic_net", strength=0.2, l1_ratio=0.7)
        self.check(names, ElasticNet(alpha=0.1, l1_ratio=0.7, tol=1e-12))


def test_l2_of_one_logit_is_logistic_regression() -> None:
    names = run(snippet(full_batch("breast_cancer", "momentum", 3000), setting("l2", 0.1, strength=0.05)))
    n = len(names["X_train"])
    expected = LogisticRegression(C=1 / (2 * n * 0.05), tol=1e-10, max_iter=10_000)
    expected.fit(names["X_train"].numpy(), names["y_train"].numpy())
    np.testing.assert_allclose(names["model"].weight.detach().numpy(), expected.coef_, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("kind", ["l1", "elastic_net"])
def test_a_large_strength_gives_exact_zeros_and_says_how_many(kind, optimizer, capsys) -> None:
    tanh = {"kind": "mlp", "activation": "tanh"}  # under Adam, the weights of a unit that is never active stay
    asked = study(training={"epochs": 20, "optimizer": OPTIMIZERS[optimizer]}, model=tanh)
    names = run(snippet(asked, setting(kind, **{**STRENGTHS[kind], "strength": 10.0})))
    assert all((weight == 0).all() for weight in names["weights"])
    assert "weights that are exactly zero: 100%" in capsys.readouterr().out


def test_dropout_stands_after_each_hidden_activation_and_is_off_when_scored() -> None:
    names = run(snippet(study(training={"epochs": 1}), setting("dropout", rate=0.35)))
    layers = list(names["model"])
    assert [type(layer).__name__ for layer in layers] == [*(["Linear", "ReLU", "Dropout"] * 2), "Linear"]
    assert {layer.p for layer in layers if isinstance(layer, torch.nn.Dropout)} == {0.35}
    assert not names["model"].training


class TestAlways:
    def test_is_in_every_script_of_its_study(self) -> None:
        asked = study(
            always=[{"kind": "dropout", "rate": 0.1}, {"kind": "l2", "strength": 0.5}], training={"epochs": 1}
        )
        names = run(snippet(asked, setting()))
        assert [layer.p for layer in names["model"] if isinstance(layer, torch.nn.Dropout)] == [0.1, 0.1]
        assert names["optimizer"].param_groups[0]["weight_decay"] == 1.0

    def test_weight_decay_takes_its_rate_from_the_setting(self) -> None:
        asked = study(always=[{"kind": "weight_decay", "tau": 10}], training={"epochs": 1})
        group, _ = run(snippet(asked, setting("dropout", 0.02, rate=0.1)))["optimizer"].param_groups
        assert group["weight_decay"] == pytest.approx(1 / (0.02 * asked.training.steps_per_epoch * 10), rel=1e-5)

    def test_l2_and_weight_decay_add_up_to_one_ridge_under_sgd(self) -> None:
        """The optimum has gradient -(1 - momentum) w/(learning_rate tau): ridge of that half, beside l2's."""
        asked = with_always(full_batch("diabetes", "momentum", 1500), {"kind": "weight_decay", "tau": 100})
        names = run(snippet(asked, setting("l2", 0.02, strength=0.1)))
        ridge = Ridge(alpha=len(names["X_train"]) * (0.1 + 0.1 / (2 * 0.02 * 100)))
        ridge.fit(names["X_train"].numpy(), names["y_train"].numpy())
        np.testing.assert_allclose(names["model"].weight.detach().numpy()[0], ridge.coef_, rtol=1e-3)

    def test_l2_and_weight_decay_both_act_under_adam(self) -> None:
        plain = full_batch("diabetes", "adam", 300)
        asked = with_always(plain, {"kind": "weight_decay", "tau": 20})
        l2 = setting("l2", 0.02, strength=0.1)
        both, alone, decay = (
            run(snippet(*pair))["model"].weight.norm()
            for pair in ((asked, l2), (plain, l2), (asked, setting("none", 0.02)))
        )
        assert both < 0.99 * alone
        assert both < 0.99 * decay

    def test_l1_and_elastic_net_add_up_to_one_penalty(self) -> None:
        """l1(s) with elastic_net(t, a) is elastic_net with absolute s + t a and squared t (1 - a)."""
        asked = full_batch("diabetes", "momentum", 1500)
        together = snippet(
            with_always(asked, {"kind": "l1", "strength": 0.1}),
            setting("elastic_net", 0.05, strength=0.2, l1_ratio=0.5),
        )
        one = snippet(asked, setting("elastic_net", 0.05, strength=0.3, l1_ratio=2 / 3))
        ours, expected = run(together)["model"].weight, run(one)["model"].weight
        assert torch.allclose(ours, expected, rtol=1e-4)


def test_a_kind_that_no_script_can_show_on_a_model_of_the_operator_is_said_to_be_one() -> None:
    asked = study("iris").model_copy(update={"model": Custom(name="wide")})
    with pytest.raises(NoScript, match=r"must be of none, l1, .* but got mixup"):
        snippet(asked, setting("mixup", alpha=0.2))


def test_numbers_keep_all_their_digits() -> None:
    script = snippet(study(), setting("l2", 0.00123456789012345, strength=1 / 3))
    assert "lr=0.00123456789012345" in script
    assert "2 * 0.3333333333333333" in script
