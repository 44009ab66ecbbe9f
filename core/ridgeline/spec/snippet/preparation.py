"""How a script splits its rows and turns them into what a network sees, by the training rows alone."""

from collections.abc import Iterator

from ridgeline.spec.metrics import Task
from ridgeline.spec.models import Conv1d, Conv2d
from ridgeline.spec.snippet.asked import Asked, number
from ridgeline.spec.study import Scaling, Split

_QUANTILES = 'QuantileTransformer(n_quantiles=min(1000, len(train)), output_distribution="normal", subsample=None)'

VALIDATION_FRACTION = 0.2
"""Of a script for a study without a test part."""


def preparation(asked: Asked) -> Iterator[str]:
    """Lines that make tensors X_train, X_val, y_train, and the array y_val."""
    yield from _split(asked)
    yield "X_train, X_val, y_train, y_val = X[train], X[val], y[train], y[val]"
    if asked.array is not None:
        yield from _by_channel(asked)
    elif asked.words or asked.lacks_values:
        yield from _by_column(asked)
    else:
        yield from _all_alike(asked)
    yield from _target(asked)


def _split(asked: Asked) -> Iterator[str]:
    size, seed = number(asked.study.evaluation.test_fraction or VALIDATION_FRACTION), asked.study.seed
    match asked.study.evaluation.split:
        case Split.GROUP:
            splitter = f"GroupShuffleSplit(1, test_size={size}, random_state={seed})"
            yield f"((train, val),) = {splitter}.split(X, y, groups)  # no group is parted"
        case Split.TIME:
            yield (
                'train, val = np.split(np.argsort(times, kind="stable"), [int(len(y) * (1 - '
                + size
                + "))])  # the latest"
            )
        case split:
            by_class = "stratify=y, " if split is Split.STRATIFIED else ""
            options = f"test_size={size}, {by_class}random_state={seed}"
            yield f"train, val = train_test_split(np.arange(len(y)), {options})"


def _all_alike(asked: Asked) -> Iterator[str]:
    if asked.study.preparation.scaling is Scaling.NONE:
        prepared = "rows"
    else:
        yield f"scaler = {_scaler(asked)}"
        yield "scaler.fit(X_train)  # by the training rows only"
        prepared = "scaler.transform(rows)"
    yield f"X_train, X_val = (torch.tensor({prepared}, dtype={asked.dtype}) for rows in (X_train, X_val))"


def _scaler(asked: Asked) -> str:
    return "StandardScaler()" if asked.study.preparation.scaling is Scaling.STANDARD else _QUANTILES


def _by_column(asked: Asked) -> Iterator[str]:
    """Imputation, scaling and encoding by scikit-learn's transformers; categories are the last columns."""
    words = len(asked.words)
    numbers = f"slice(0, X.shape[1] - {words})" if words else "slice(0, None)"
    has_numbers = asked.study.dataset.inputs.numbers > 0
    steps: list[str] = []
    if asked.lacks_values and has_numbers:
        strategy = asked.study.preparation.imputation
        yield f'imputer = SimpleImputer(strategy="{strategy}", keep_empty_features=True)'
        steps.append("imputer")
    if asked.study.preparation.scaling is not Scaling.NONE and has_numbers:
        yield f"scaler = {_scaler(asked)}"
        steps.append("scaler")
    if words and not asked.embeds:
        yield f"every = [np.arange(X[:, i].max() + 1) for i in range(-{words}, 0)]  # the places of the categories"
        yield "encoder = OneHotEncoder(categories=every, sparse_output=False)"
    yield "prepare = ColumnTransformer(["
    if has_numbers:
        through = f"make_pipeline({', '.join(steps)})" if len(steps) > 1 else (steps or ['"passthrough"'])[0]
        yield f'    ("numbers", {through}, {numbers}),'
    if asked.lacks_values:
        yield f'    ("missing", MissingIndicator(error_on_new=False), {numbers}),'
    if asked.embeds:
        yield f'    ("categories", "passthrough", slice(X.shape[1] - {words}, None)),'
    elif words:
        yield f'    ("categories", encoder, slice(X.shape[1] - {words}, None)),'
    yield "])"
    yield "prepare.fit(X_train)  # by the training rows only"
    yield f"X_train, X_val = (torch.tensor(prepare.transform(rows), dtype={asked.dtype}) for rows in (X_train, X_val))"


def _by_channel(asked: Asked) -> Iterator[str]:
    """Zero mean and unit variance of each channel; a missing number becomes the mean of its channel."""
    channels = _channels(asked)
    numbers = asked.study.dataset.inputs.numbers
    yield f"by_channel = X_train.reshape(len(X_train), {channels}, -1)  # by the training rows only"
    yield f"mean = np.repeat(np.nanmean(by_channel, axis=(0, 2)), {numbers // channels})"
    if asked.study.preparation.scaling is Scaling.NONE:
        prepared = "np.where(np.isnan(rows), mean, rows)"
    else:
        yield f"scale = np.repeat(np.nanstd(by_channel, axis=(0, 2)), {numbers // channels})"
        yield "scale[scale == 0] = 1"
        prepared = "np.nan_to_num((rows - mean) / scale)"
    yield f"X_train, X_val = (torch.tensor({prepared}, dtype={asked.dtype}) for rows in (X_train, X_val))"


def _channels(asked: Asked) -> int:
    """Channels of an array: as the model says, else its first axis if there are several."""
    model, shape = asked.study.model, asked.study.dataset.inputs.shape or ()
    if isinstance(model, Conv1d | Conv2d):
        return model.grid(asked.study.dataset.inputs)[0]
    return shape[0] if len(shape) > 1 else 1


def _target(asked: Asked) -> Iterator[str]:
    match asked.task:
        case Task.BINARY | Task.MULTILABEL:
            yield f"y_train = torch.tensor(y_train, dtype={asked.dtype})"
        case Task.MULTICLASS:
            yield "y_train = torch.tensor(y_train)"
        case Task.REGRESSION:
            yield "y_mean, y_std = y_train.mean(), y_train.std()"
            yield f"y_train = torch.tensor((y_train - y_mean) / y_std, dtype={asked.dtype})"
        case Task.MULTI_TARGET:
            yield "y_mean, y_std = y_train.mean(axis=0), y_train.std(axis=0)"
            yield f"y_train = torch.tensor((y_train - y_mean) / y_std, dtype={asked.dtype})"
