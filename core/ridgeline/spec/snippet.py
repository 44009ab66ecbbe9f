"""A setting as plain PyTorch: a script without Ridgeline that trains one model and scores it on held-out rows."""

from collections.abc import Iterator
from itertools import pairwise

from ridgeline.spec.metrics import Metric, Task
from ridgeline.spec.models import Linear, Mlp, parameter_count
from ridgeline.spec.resolved import FixedRegularizer, ResolvedStudy, Setting
from ridgeline.spec.study import Adam, Precision, Sgd

_ACTIVATIONS = {"relu": "ReLU", "tanh": "Tanh", "gelu": "GELU", "silu": "SiLU"}
_LOSSES = {
    Task.BINARY: "nn.BCEWithLogitsLoss()",
    Task.MULTICLASS: "nn.CrossEntropyLoss()",
    Task.REGRESSION: "nn.MSELoss()",
}
_SCORES = {
    Metric.LOG_LOSS: "log_loss(y_val, probabilities)",
    Metric.ACCURACY: "accuracy_score(y_val, predictions)",
    Metric.BALANCED_ACCURACY: "balanced_accuracy_score(y_val, predictions)",
    Metric.F1_MACRO: "f1_score(y_val, predictions, average='macro')",
    Metric.RMSE: "root_mean_squared_error(y_val, predictions)",
    Metric.MAE: "mean_absolute_error(y_val, predictions)",
    Metric.R2: "r2_score(y_val, predictions)",
}
_SCORES_OF_TASKS = {
    (Metric.ROC_AUC, Task.BINARY): "roc_auc_score(y_val, probabilities)",
    (Metric.ROC_AUC, Task.MULTICLASS): "roc_auc_score(y_val, probabilities, multi_class='ovr')",
    (Metric.BRIER, Task.BINARY): "np.square(probabilities - y_val).mean()",
    (Metric.BRIER, Task.MULTICLASS): "np.square(probabilities - np.eye(y.max() + 1)[y_val]).sum(axis=1).mean()",
}

SMALL_PARAMETERS = 100_000
"""Below this many parameters a step is too short to share among threads."""

_ON_WEIGHTS = ("l1", "l2", "elastic_net", "weight_decay")
_PROXIMAL = ("l1", "elastic_net")


def snippet(study: ResolvedStudy, setting: Setting) -> str:
    """Write the script of a setting, with everything that is `always` on in its study.

    It holds out as many rows as the study's test part, trains on the rest by the study's optimizer, epochs and
    steps an epoch, and prints the study's metric. The score is of one split and one draw, so it differs from the
    cross-validated one.
    """
    return _Script(study, setting).text()


def _number(value: float) -> str:
    return f"{value:.6g}"


class _Script:
    """The parts of the script of one setting; each is there only if the setting needs it."""

    def __init__(self, study: ResolvedStudy, setting: Setting) -> None:
        self.study = study
        self.learning_rate = setting.learning_rate
        own = FixedRegularizer(kind=setting.regularizer, strengths=setting.strengths)
        self.kinds = {fixed.kind: fixed.strengths for fixed in (own, *study.always)}
        self.adam = study.training.optimizer if isinstance(study.training.optimizer, Adam) else None
        metric = study.objective.metric
        self.score = _SCORES.get(metric) or _SCORES_OF_TASKS[metric, study.task]

    def text(self) -> str:
        parts = (self.head(), self.data(), self.model(), self.loop(), self.scoring())
        return "\n\n".join("\n".join(part) for part in parts) + "\n"

    def head(self) -> Iterator[str]:
        told = [self.told(kind) for kind in self.kinds if kind != "none" or len(self.kinds) == 1]
        function = self.score.split("(", maxsplit=1)[0]
        yield f'"""{self.study.dataset.name}, {self.study.model.kind}, regularizer {" and ".join(told)}."""'
        yield ""
        if "np." in self.score:
            yield "import numpy as np"
        yield "import torch"
        yield f"from sklearn.datasets import load_{self.study.dataset.name}"
        if not function.startswith("np."):
            yield f"from sklearn.metrics import {function}"
        yield "from sklearn.model_selection import train_test_split"
        yield "from sklearn.preprocessing import StandardScaler"
        yield "from torch import nn"
        yield ""
        yield f"torch.manual_seed({self.study.seed})"
        if parameter_count(self.study.layers) < SMALL_PARAMETERS:
            yield "torch.set_num_threads(1)  # a model this small is fastest on one thread"
        if self.study.training.precision is Precision.FLOAT64:
            yield "torch.set_default_dtype(torch.float64)"

    def told(self, kind: str) -> str:
        strengths = ", ".join(f"{name} {_number(value)}" for name, value in self.kinds[kind].items())
        return f"{kind} ({strengths})" if strengths else kind

    def data(self) -> Iterator[str]:
        """Load, split, and standardize by the training rows alone."""
        size = _number(self.study.evaluation.test_fraction)
        by_class = "stratify=y, " if self.study.task.is_classification else ""
        dtype = f"torch.{self.study.training.precision}"
        yield f"X, y = load_{self.study.dataset.name}(return_X_y=True)"
        yield (
            "X_train, X_val, y_train, y_val = "
            f"train_test_split(X, y, test_size={size}, {by_class}random_state={self.study.seed})"
        )
        yield "scaler = StandardScaler().fit(X_train)  # by the training rows only"
        yield f"X_train, X_val = (torch.tensor(scaler.transform(rows), dtype={dtype}) for rows in (X_train, X_val))"
        match self.study.task:
            case Task.BINARY:
                yield f"y_train = torch.tensor(y_train, dtype={dtype})"
            case Task.MULTICLASS:
                yield "y_train = torch.tensor(y_train)"
            case Task.REGRESSION:
                yield "y_mean, y_std = y_train.mean(), y_train.std()"
                yield f"y_train = torch.tensor((y_train - y_mean) / y_std, dtype={dtype})"

    def model(self) -> Iterator[str]:
        if not isinstance(self.study.model, Linear | Mlp):
            raise NotImplementedError(self.study.model.kind)
        *hidden, (inputs, outputs) = pairwise(
            self.study.model.widths(self.study.dataset.inputs, self.study.dataset.outputs)
        )
        if isinstance(self.study.model, Linear):
            yield f"model = nn.Linear({inputs}, {outputs})"
        else:
            after = f"nn.{_ACTIVATIONS[self.study.model.activation]}()"
            if "dropout" in self.kinds:
                after += f", nn.Dropout({_number(self.kinds['dropout']['rate'])})"
            yield "model = nn.Sequential("
            for a, b in hidden:
                yield f"    nn.Linear({a}, {b}), {after},"
            yield f"    nn.Linear({inputs}, {outputs}),"
            yield ")"
        yield f"loss_function = {_LOSSES[self.study.task]}"
        if any(kind in self.kinds for kind in _ON_WEIGHTS):
            yield "weights = [p for p in model.parameters() if p.ndim == 2]  # biases are not regularized"
        yield from self.optimizer()

    def optimizer(self) -> Iterator[str]:
        options = [f"lr={_number(self.learning_rate)}"]
        match self.study.training.optimizer:
            case Sgd() as sgd:
                name = "SGD"
                if sgd.momentum:
                    options.append(f"momentum={_number(sgd.momentum)}")
                if sgd.nesterov:
                    options.append("nesterov=True")
            case Adam() as adam:
                name = "AdamW" if self.is_adamw else "Adam"
                if adam != Adam():
                    options.append(f"betas=({_number(adam.beta1)}, {_number(adam.beta2)}), eps={_number(adam.epsilon)}")
        parameters = "model.parameters()"
        if decay := self.decay_of_the_optimizer():
            yield "biases = [p for p in model.parameters() if p.ndim == 1]"
            yield f'groups = [{{"params": weights, "weight_decay": {decay}}}, {{"params": biases, "weight_decay": 0}}]'
            parameters = "groups"
        yield f"optimizer = torch.optim.{name}({parameters}, {', '.join(options)})"

    @property
    def is_adamw(self) -> bool:
        """Whether AdamW does the decoupled decay: there is none for SGD, and AdamW has no room for l2 beside it."""
        return self.adam is not None and "weight_decay" in self.kinds and "l2" not in self.kinds

    def decay_of_the_optimizer(self) -> str | None:
        if self.is_adamw:
            return _number(self.decay_rate())
        if "l2" in self.kinds and "weight_decay" not in self.kinds:
            return f"2 * {_number(self.kinds['l2']['strength'])}"
        return None

    def decay_rate(self) -> float:
        decay = Setting(
            regularizer="weight_decay", strengths=self.kinds["weight_decay"], learning_rate=self.learning_rate
        )
        return self.study.derived(decay)["rate"]

    def loop(self) -> Iterator[str]:
        squeeze = "" if self.study.task is Task.MULTICLASS else ".squeeze(1)"
        by_hand = "weight_decay" in self.kinds and not self.is_adamw
        yield from self.penalty()
        yield f"for epoch in range({self.study.training.epochs}):"
        yield f"    for batch in torch.randperm(len(X_train)).tensor_split({self.study.training.steps_per_epoch}):"
        yield f"        loss = loss_function(model(X_train[batch]){squeeze}, y_train[batch])"
        if "l2" in self.kinds and by_hand:
            strength = _number(self.kinds["l2"]["strength"])
            yield f"        loss = loss + {strength} * sum((w**2).sum() for w in weights)"
        yield "        optimizer.zero_grad()"
        yield "        loss.backward()"
        if by_hand:
            yield "        with torch.no_grad():  # decoupled weight decay"
            yield "            for w in weights:"
            yield f"                w.mul_(1 - {_number(self.learning_rate)} * {_number(self.decay_rate())})"
        yield "        optimizer.step()"
        yield from (f"        {line}" for line in self.proximal_step())

    def penalty(self) -> Iterator[str]:
        """The penalty absolute * |w| + squared/2 * w^2 of the proximal step: l1 and elastic_net together."""
        absolute, squared = [], []
        if "l1" in self.kinds:
            absolute.append(_number(self.kinds["l1"]["strength"]))
        if "elastic_net" in self.kinds:
            strength = _number(self.kinds["elastic_net"]["strength"])
            ratio = _number(self.kinds["elastic_net"]["l1_ratio"])
            absolute.append(f"{strength} * {ratio}")
            squared.append(f"{strength} * (1 - {ratio})")
        if absolute:
            yield f"absolute = {' + '.join(absolute)}  # of the penalty's |w|"
        if squared:
            yield f"squared = {squared[0]}  # of its w**2 / 2"

    def proximal_step(self) -> Iterator[str]:
        """Soft thresholding after the update: S(w, t absolute) / (1 + t squared), t = the size of the step.

        Source: Parikh & Boyd 2014; under Adam Yun, Lozano & Yang 2021, where a coordinate without a gradient stays.
        """
        if not any(kind in self.kinds for kind in _PROXIMAL):
            return
        rate = _number(self.learning_rate)
        momentum = getattr(self.study.training.optimizer, "momentum", 0.0)
        yield "with torch.no_grad():  # proximal step: soft thresholding gives exact zeros"
        yield "    for w in weights:"
        if self.adam:
            beta2, epsilon = _number(self.adam.beta2), _number(self.adam.epsilon)
            yield "        state = optimizer.state[w]"
            yield f'        v_hat = state["exp_avg_sq"] / (1 - {beta2} ** state["step"].item())'
            yield f"        t = torch.where(v_hat > 0, {rate} / (v_hat.sqrt() + {epsilon}), 0)"
        else:
            yield f"        t = {rate}" + (f" / (1 - {_number(momentum)})" if momentum else "")
        shrunk = " / (1 + t * squared)" if "elastic_net" in self.kinds else ""
        yield f"        w.copy_(w.sign() * (w.abs() - t * absolute).clamp(min=0){shrunk})"

    def scoring(self) -> Iterator[str]:
        yield "model.eval()"
        yield "with torch.no_grad():"
        match self.study.task:
            case Task.BINARY:
                yield "    probabilities = model(X_val).squeeze(1).double().sigmoid().numpy()"
                predictions = "(probabilities > 0.5).astype(int)"
            case Task.MULTICLASS:
                yield "    probabilities = model(X_val).double().softmax(dim=1).numpy()"
                predictions = "probabilities.argmax(axis=1)"
            case Task.REGRESSION:
                yield "    predictions = model(X_val).squeeze(1).double().numpy() * y_std + y_mean"
                predictions = "predictions"
        if "predictions" in self.score and self.study.task.is_classification:
            yield f"predictions = {predictions}"
        metric = self.study.objective.metric
        yield f'print(f"{metric} on {{len(y_val)}} held-out rows: {{{self.score}:.4f}}")'
        if any(kind in self.kinds for kind in _PROXIMAL):
            yield "zeros = torch.cat([(w == 0).flatten() for w in weights]).double().mean()"
            yield 'print(f"weights that are exactly zero: {zeros:.0%}")'
