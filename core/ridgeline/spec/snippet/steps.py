"""How a script trains: the loss, the optimizer, and what each kind adds to a step."""

from collections.abc import Iterator

from ridgeline.spec.metrics import Task
from ridgeline.spec.models import Custom
from ridgeline.spec.resolved import Setting
from ridgeline.spec.snippet.asked import Asked, listing, number
from ridgeline.spec.study import Adam, Sgd

_LOSSES = {
    Task.BINARY: "nn.BCEWithLogitsLoss",
    Task.MULTILABEL: "nn.BCEWithLogitsLoss",
    Task.MULTICLASS: "nn.CrossEntropyLoss",
    Task.REGRESSION: "nn.MSELoss",
    Task.MULTI_TARGET: "nn.MSELoss",
}
_ON_WEIGHTS = ("l1", "l2", "elastic_net", "weight_decay")
PROXIMAL = ("l1", "elastic_net")


def optimizer(asked: Asked) -> Iterator[str]:
    """Lines that make `loss_function`, `weights` where a kind acts on them, and `optimizer`."""
    reduction = 'reduction="none"' if _weighs_rows(asked) else ""
    yield f"loss_function = {_LOSSES[asked.task]}({reduction})"
    if any(kind in asked.kinds for kind in _ON_WEIGHTS):
        yield from _weights(asked)
    options = [f"lr={number(asked.learning_rate)}"]
    match asked.study.training.optimizer:
        case Sgd() as sgd:
            name = "SGD"
            if sgd.momentum:
                options.append(f"momentum={number(sgd.momentum)}")
            if sgd.nesterov:
                options.append("nesterov=True")
        case Adam() as adam:
            name = "AdamW" if _is_adamw(asked) else "Adam"
            if adam != Adam():
                options.append(f"betas=({number(adam.beta1)}, {number(adam.beta2)}), eps={number(adam.epsilon)}")
    parameters = "model.parameters()"
    if decay := _decay_of_the_optimizer(asked):
        yield "others = [p for p in model.parameters() if all(p is not w for w in weights)]"
        yield f'groups = [{{"params": weights, "weight_decay": {decay}}}, {{"params": others, "weight_decay": 0}}]'
        parameters = "groups"
    yield f"optimizer = torch.optim.{name}({parameters}, {', '.join(options)})"


def _weights(asked: Asked) -> Iterator[str]:
    if not isinstance(asked.study.model, Custom):
        yield "weights = [p for p in model.parameters() if p.ndim >= 2]  # biases are not regularized"
        return
    yield "normalizations = (nn.LayerNorm, nn.RMSNorm, nn.GroupNorm)  # not regularized, nor are biases"
    yield "modules = [module for module in model.modules() if not isinstance(module, normalizations)]"
    yield "weights = [p for module in modules for p in module.parameters(recurse=False) if p.ndim >= 2]"


def _weighs_rows(asked: Asked) -> bool:
    return asked.has_weights or asked.study.training.class_weight is not None


def row_weights(asked: Asked) -> Iterator[str]:
    """Lines that make `weight_train`, the weight of each training row, where they differ."""
    if not _weighs_rows(asked):
        return
    factors = ["row_weights[train]"] if asked.has_weights else []
    if (asked_weight := asked.study.training.class_weight) is not None:
        if asked_weight == "balanced":
            yield "counts = np.bincount(y[train])"
            yield "class_weights = len(train) / (len(counts) * np.maximum(counts, 1))  # in the order of the classes"
        else:
            by_class = [asked_weight[name] for name in asked.study.dataset.class_counts or ()]
            yield from listing(by_class, "class_weights = np.array(", ")  # in the order of the classes")
        factors.append("class_weights[y[train]]")
    yield f"weight_train = {' * '.join(factors)}"
    yield f"weight_train = torch.tensor(weight_train / weight_train.mean(), dtype={asked.dtype})"


def loop(asked: Asked) -> Iterator[str]:
    """The epochs."""
    one = asked.task in {Task.BINARY, Task.REGRESSION}
    squeeze = ".squeeze(1)" if one else ""
    training = asked.study.training
    by_hand = "weight_decay" in asked.kinds and not _is_adamw(asked)
    yield from _penalty(asked)
    yield f"for epoch in range({training.epochs}):"
    yield f"    for batch in torch.randperm(len(X_train)).tensor_split({training.steps_per_epoch}):"
    yield f"        loss = loss_function(model(X_train[batch]){squeeze}, y_train[batch])"
    if _weighs_rows(asked):
        of_row = ".mean(dim=1)" if asked.task.has_several_targets else ""
        yield f"        loss = (weight_train[batch] * loss{of_row}).mean()"
    if "l2" in asked.kinds and by_hand:
        yield f"        loss = loss + {asked.strength('l2')} * sum((w**2).sum() for w in weights)"
    yield "        optimizer.zero_grad()"
    yield "        loss.backward()"
    if by_hand:
        yield "        with torch.no_grad():  # decoupled weight decay"
        yield "            for w in weights:"
        yield f"                w.mul_(1 - {number(asked.learning_rate)} * {number(_decay_rate(asked))})"
    yield "        optimizer.step()"
    yield from (f"        {line}" for line in _proximal_step(asked))


def _is_adamw(asked: Asked) -> bool:
    """Whether AdamW does the decoupled decay: there is none for SGD, and AdamW has no room for l2 beside it."""
    adam = isinstance(asked.study.training.optimizer, Adam)
    return adam and "weight_decay" in asked.kinds and "l2" not in asked.kinds


def _decay_of_the_optimizer(asked: Asked) -> str | None:
    if _is_adamw(asked):
        return number(_decay_rate(asked))
    if "l2" in asked.kinds and "weight_decay" not in asked.kinds:
        return f"2 * {asked.strength('l2')}"
    return None


def _decay_rate(asked: Asked) -> float:
    strengths = asked.kinds["weight_decay"]
    decay = Setting(regularizer="weight_decay", strengths=strengths, learning_rate=asked.learning_rate)
    return asked.study.derived(decay)["rate"]


def _penalty(asked: Asked) -> Iterator[str]:
    """The penalty absolute * |w| + squared/2 * w^2 of the proximal step: l1 and elastic_net together."""
    absolute, squared = [], []
    if "l1" in asked.kinds:
        absolute.append(asked.strength("l1"))
    if "elastic_net" in asked.kinds:
        strength, ratio = asked.strength("elastic_net"), asked.strength("elastic_net", "l1_ratio")
        absolute.append(f"{strength} * {ratio}")
        squared.append(f"{strength} * (1 - {ratio})")
    if absolute:
        yield f"absolute = {' + '.join(absolute)}  # of the penalty's |w|"
    if squared:
        yield f"squared = {squared[0]}  # of its w**2 / 2"


def _proximal_step(asked: Asked) -> Iterator[str]:
    """Soft thresholding after the update: S(w, t absolute) / (1 + t squared), t = the size of the step.

    Source: Parikh & Boyd 2014; under Adam Yun, Lozano & Yang 2021, where a coordinate without a gradient stays.
    """
    if not any(kind in asked.kinds for kind in PROXIMAL):
        return
    rate = number(asked.learning_rate)
    yield "with torch.no_grad():  # proximal step: soft thresholding gives exact zeros"
    yield "    for w in weights:"
    match asked.study.training.optimizer:
        case Adam() as adam:
            yield "        state = optimizer.state[w]"
            yield f'        v_hat = state["exp_avg_sq"] / (1 - {number(adam.beta2)} ** state["step"].item())'
            yield f"        t = torch.where(v_hat > 0, {rate} / (v_hat.sqrt() + {number(adam.epsilon)}), 0)"
        case Sgd() as sgd:
            yield f"        t = {rate}" + (f" / (1 - {number(sgd.momentum)})" if sgd.momentum else "")
    shrunk = " / (1 + t * squared)" if "elastic_net" in asked.kinds else ""
    yield f"        w.copy_(w.sign() * (w.abs() - t * absolute).clamp(min=0){shrunk})"
