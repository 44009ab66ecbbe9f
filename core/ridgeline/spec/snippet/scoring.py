"""How a script scores its held-out rows."""

from collections.abc import Iterator

from ridgeline.spec.metrics import Metric, Task
from ridgeline.spec.snippet.asked import Asked
from ridgeline.spec.snippet.steps import PROXIMAL
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
    yield "model.eval()"
    yield "with torch.no_grad():"
    match asked.task:
        case Task.BINARY:
            yield "    probabilities = model(X_val).squeeze(1).double().sigmoid().numpy()"
            predictions = "(probabilities > 0.5).astype(int)"
        case Task.MULTILABEL:
            yield "    probabilities = model(X_val).double().sigmoid().numpy()"
            predictions = "(probabilities > 0.5).astype(int)"
        case Task.MULTICLASS:
            yield "    probabilities = model(X_val).double().softmax(dim=1).numpy()"
            predictions = "probabilities.argmax(axis=1)"
        case Task.REGRESSION:
            yield "    predictions = model(X_val).squeeze(1).double().numpy() * y_std + y_mean"
            predictions = ""
        case Task.MULTI_TARGET:
            yield "    predictions = model(X_val).double().numpy() * y_std + y_mean"
            predictions = ""
    if predictions and metric not in _OF_PROBABILITIES:
        yield f"predictions = {predictions}"
    if metric is Metric.LOG_LOSS and asked.task is Task.MULTILABEL:
        yield "pairs = zip(y_val.T, probabilities.T)  # label by label"
    yield f"score = {_score(asked)}"
    yield f'print(f"{metric} on {{len(y_val)}} held-out rows: {{score:.4f}}")'
    if any(kind in asked.kinds for kind in PROXIMAL):
        yield "zeros = torch.cat([(w == 0).flatten() for w in weights]).double().mean()"
        yield 'print(f"weights that are exactly zero: {zeros:.0%}")'


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
