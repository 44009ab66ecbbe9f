"""How a script scores its held-out rows."""

from collections.abc import Iterator

from ridgeline.spec.metrics import Metric, Task
from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds import SCRIPTS
from ridgeline.spec.study import Split

_FUNCTIONS = {
    Metric.LOG_LOSS: "log_loss",
    Metric.ACCURACY: "accuracy_score",
    Metric.BALANCED_ACCURACY: "balanced_accuracy_score",
    Metric.ROC_AUC: "roc_auc_score",
    Metric.F1_MACRO: "f1_score",
    Metric.RMSE: "root_mean_squared_error",
    Metric.MAE: "mean_absolute_error",
    Metric.R2: "r2_score",
}
_OF_PROBABILITIES = {Metric.LOG_LOSS, Metric.ROC_AUC, Metric.BRIER}


def scoring(asked: Asked) -> Iterator[str]:
    """Lines that make `predictions`, or `probabilities`, and print the score of the study's metric."""
    metric = asked.study.objective.metric
    several = next((found for kind in asked.kinds if (found := SCRIPTS[kind].networks(asked))), None)
    network = next((found for kind in asked.kinds if (found := SCRIPTS[kind].network(asked))), "model")
    ready = next((found for kind in asked.kinds if (found := SCRIPTS[kind].ready(asked))), None)
    if several is None:
        yield f"{ready}({network})" if ready else f"{network}.eval()"
    elif ready:
        yield f"for network in {several}:"
        yield f"    {ready}(network)"
    yield "with torch.no_grad():"
    name = "probabilities" if asked.task.is_classification else "predictions"
    if several is None:
        yield f"    {name} = {_predicted(asked, network)}"
    else:
        yield f"    each = [{_predicted(asked, 'network')} for network in {several}]"
        yield f"{name} = np.mean(each, axis=0)"
    match asked.task:
        case Task.BINARY | Task.MULTILABEL:
            predictions = "(probabilities > 0.5).astype(int)"
        case Task.MULTICLASS:
            predictions = "probabilities.argmax(axis=1)"
        case _:
            predictions = ""
    if predictions and metric not in _OF_PROBABILITIES:
        yield f"predictions = {predictions}"
    if metric is Metric.LOG_LOSS and asked.task is Task.MULTILABEL:
        yield "pairs = zip(y_val.T, probabilities.T)  # label by label"
    yield f"score = {_score(asked)}"
    yield f'print(f"{metric} on {{len(y_val)}} held-out rows: {{score:.4f}}")'
    if Use.ZEROS in asked.uses:
        yield "zeros = torch.cat([(w == 0).flatten() for w in weights]).double().mean()"
        yield 'print(f"weights that are exactly zero: {zeros:.0%}")'


def _predicted(asked: Asked, network: str) -> str:
    """What a network predicts, in the units of the metric."""
    squeeze = ".squeeze(1)" if asked.task in {Task.BINARY, Task.REGRESSION} else ""
    outputs = f"{network}(X_val){squeeze}.double()"
    match asked.task:
        case Task.BINARY | Task.MULTILABEL:
            return f"{outputs}.sigmoid().numpy()"
        case Task.MULTICLASS:
            return f"{outputs}.softmax(dim=1).numpy()"
        case _:
            return f"{outputs}.numpy() * y_std + y_mean"


def _score(asked: Asked) -> str:
    metric, task = asked.study.objective.metric, asked.task
    if metric is Metric.BRIER:
        return _brier(asked)
    weighted = ", sample_weight=row_weights[val]" if asked.has_weights else ""
    labels = f", labels=range({_classes(asked)})" if _may_lack_classes(asked) else ""
    match metric:
        case Metric.LOG_LOSS if task is Task.MULTILABEL:
            return f"np.mean([log_loss(*pair, labels=[0, 1]{weighted}) for pair in pairs])"
        case Metric.LOG_LOSS:
            return f"log_loss(y_val, probabilities{labels}{weighted})"
        case Metric.ROC_AUC:
            several = f', multi_class="ovr"{labels}' if task is Task.MULTICLASS else ""
            return f"roc_auc_score(y_val, probabilities{several}{weighted})"
        case Metric.F1_MACRO:
            return f'f1_score(y_val, predictions, average="macro"{weighted})'
        case _:
            return f"{_FUNCTIONS[metric]}(y_val, predictions{weighted})"


def _brier(asked: Asked) -> str:
    match asked.task:
        case Task.MULTICLASS:
            squares = f"np.square(probabilities - np.eye({_classes(asked)})[y_val]).sum(axis=1)"
        case Task.MULTILABEL:
            squares = "np.square(probabilities - y_val).mean(axis=1)"
        case _:
            squares = "np.square(probabilities - y_val)"
    return f"np.average({squares}, weights=row_weights[val])" if asked.has_weights else f"{squares}.mean()"


def _classes(asked: Asked) -> int:
    return len(asked.study.dataset.class_counts or ())


def _may_lack_classes(asked: Asked) -> bool:
    """Whether the held-out rows may be without some class."""
    return asked.task.has_classes and asked.study.evaluation.split is not Split.STRATIFIED
