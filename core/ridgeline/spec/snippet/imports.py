"""The imports of a script: those of the names that its body uses."""

import re
from collections.abc import Iterator

_MODULES = {
    "copy": "copy",
    "csv": "csv",
    "json": "json",
    "np": "numpy as np",
    "pa": "pyarrow as pa",
    "pq": "pyarrow.parquet as pq",
    "torch": "torch",
}
"""What `import` says, by the name that is used with a dot behind it."""
_NAMES = {
    "datetime": ("datetime", "UTC"),
    "importlib.metadata": ("entry_points",),
    "ridgeline.spec.columns": ("Inputs",),
    "ridgeline.tables.mnist1d": ("mnist1d",),
    "sklearn.compose": ("ColumnTransformer",),
    "sklearn.impute": ("MissingIndicator", "SimpleImputer"),
    "sklearn.model_selection": ("GroupShuffleSplit", "train_test_split"),
    "sklearn.pipeline": ("make_pipeline",),
    "sklearn.preprocessing": ("OneHotEncoder", "QuantileTransformer", "StandardScaler"),
}
"""Names by the module that they are imported from."""
_SCORES = (
    "accuracy_score",
    "balanced_accuracy_score",
    "f1_score",
    "log_loss",
    "mean_absolute_error",
    "r2_score",
    "roc_auc_score",
    "root_mean_squared_error",
)
_STANDARD = ("copy", "csv", "datetime", "importlib", "json")


def imports(body: str) -> Iterator[str]:
    """Standard library, a blank line, then the rest, each in alphabetical order by module."""
    code = re.sub(r"#.*", "", body)
    modules = [f"import {told}" for name, told in _MODULES.items() if re.search(rf"(?<![\w.]){name}\.", code)]
    loaders = tuple(dict.fromkeys(re.findall(r"\b(?:load|make)_\w+(?=\()", code)))
    named = {
        **_NAMES,
        "sklearn.datasets": tuple(name for name in loaders if name != "make_pipeline"),
        "sklearn.metrics": _SCORES,
    }
    found = {module: _used(names, code) for module, names in named.items()}
    names = [f"from {module} import {', '.join(sorted(used))}" for module, used in found.items() if used]
    if re.search(r"(?<![\w.])nn\.", code):
        names.append("from torch import nn")
    lines = sorted(modules) + sorted(names)
    standard = [line for line in lines if line.split()[1].split(".")[0] in _STANDARD]
    yield from standard
    if standard:
        yield ""
    yield from (line for line in lines if line not in standard)


def _used(names: tuple[str, ...], code: str) -> list[str]:
    return [name for name in names if re.search(rf"(?<![\w.\"']){name}\b(?![\"'])", code)]
