"""What a script makes before it trains: the loss, the optimizer, weights of rows, and what kinds need."""

from collections.abc import Iterator

from ridgeline.kinds.structure import NORMALIZING
from ridgeline.spec.columns import ColumnType
from ridgeline.spec.metrics import Task
from ridgeline.spec.models import Custom
from ridgeline.spec.snippet.asked import Asked, Use, listing, number
from ridgeline.spec.snippet.kinds import SCRIPTS
from ridgeline.spec.snippet.kinds.l2 import in_optimizer
from ridgeline.spec.snippet.kinds.weight_decay import decay_rate, is_adamw
from ridgeline.spec.study import Adam, Sgd

_LOSSES = {
    Task.BINARY: "nn.BCEWithLogitsLoss",
    Task.MULTILABEL: "nn.BCEWithLogitsLoss",
    Task.MULTICLASS: "nn.CrossEntropyLoss",
    Task.REGRESSION: "nn.MSELoss",
    Task.MULTI_TARGET: "nn.MSELoss",
}
DATE_NUMBERS = 5
"""Numbers that the script makes of a date: days, and places in the week and in the year."""


def optimizer(asked: Asked) -> Iterator[str]:
    """Lines that make `loss_function`, `weights` where a kind acts on them, and `optimizer`."""
    loss = ['reduction="none"'] if asked.weighs_rows else []
    loss += [option for kind in asked.kinds if (option := SCRIPTS[kind].loss_option(asked)) is not None]
    yield f"loss_function = {_LOSSES[asked.task]}({', '.join(loss)})"
    if Use.WEIGHTS in asked.uses:
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
            name = "AdamW" if is_adamw(asked) else "Adam"
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
        others = "biases and normalizations" if NORMALIZING & asked.kinds.keys() else "biases"
        yield f"weights = [p for p in model.parameters() if p.ndim >= 2]  # {others} are not regularized"
        return
    yield "normalizations = (nn.LayerNorm, nn.RMSNorm, nn.GroupNorm)  # not regularized, nor are biases"
    yield "modules = [module for module in model.modules() if not isinstance(module, normalizations)]"
    yield "weights = [p for module in modules for p in module.parameters(recurse=False) if p.ndim >= 2]"


def _decay_of_the_optimizer(asked: Asked) -> str | None:
    if is_adamw(asked):
        return decay_rate(asked)
    return f"2 * {asked.strength('l2')}" if in_optimizer(asked) else None


def row_weights(asked: Asked) -> Iterator[str]:
    """Lines that make `weight_train`, the weight of each training row, where they differ."""
    if not asked.weighs_rows:
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


def before_epochs(asked: Asked) -> Iterator[str]:
    """Lines that make what kinds need, and what they remember."""
    if Use.WIDTH in asked.uses and asked.embeds:
        yield f"width = X_train.shape[1] - {len(asked.words)}  # numbers of a row; places of categories are behind them"
    if Use.FEATURES in asked.uses and asked.shares_features:
        yield from _features(asked)
    if Use.STEP in asked.uses:
        yield "step = 0"
    for kind in asked.kinds:
        yield from SCRIPTS[kind].before_epochs(asked)


def _features(asked: Asked) -> Iterator[str]:
    """`feature`: of each input, the column of the table that it comes from."""
    of_type = {type_: [column for column in asked.features if column.type is type_] for type_ in ColumnType}
    dates, words = of_type[ColumnType.DATETIME], len(asked.words)
    yield "feature = np.arange(X.shape[1])  # the column of the table behind each input"
    if dates:
        first = len(of_type[ColumnType.NUMERIC]) + len(of_type[ColumnType.BOOLEAN])
        last = first + DATE_NUMBERS * len(dates)
        yield f"feature[{first}:{last}] = {first} + np.arange({last - first}) // {DATE_NUMBERS}  # dates"
        if words:
            yield f"feature[{last}:] -= {last - first - len(dates)}"
    parts = ["of_numbers"]
    yield f"of_numbers = feature[: X.shape[1] - {words}]" if words else "of_numbers = feature"
    if asked.lacks_values:
        parts.append('of_numbers[prepare.named_transformers_["missing"].features_]')
    if words:
        places = f"feature[-{words}:]"
        parts.append(places if asked.embeds else f"np.repeat({places}, [len(each) for each in every])")
    yield "feature = torch.tensor(np.concatenate(["
    yield from (f"    {part}," for part in parts)
    yield "]))"
