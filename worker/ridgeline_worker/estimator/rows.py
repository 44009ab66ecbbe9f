"""X and y as scikit-learn checks them, and as the table of a data set."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_array, check_consistent_length, validate_data

from ridgeline.spec.datasets import Roles
from ridgeline_worker.estimator.target import flat

Array = npt.NDArray[Any]

CHECKS = {"dtype": (np.float64, np.float32), "ensure_all_finite": "allow-nan", "allow_nd": True}
"""Of an array of inputs: NaN is a missing value, and more than two axes are an array a row."""


@dataclass(frozen=True)
class Layout:
    """How inputs are columns of a table: by name, and of a data frame with other columns than numbers by type."""

    names: tuple[str, ...]
    schema: Any = None
    """Of Arrow; None: inputs are an array of floats."""

    @classmethod
    def of(cls, x: Any, names: Iterable[str] | None = None) -> "Layout":
        """The layout of inputs to fit; without different names, columns are x0, x1, ..., and one of arrays is x."""
        frame = _frame(x)
        if frame is not None and not all(map(_is_number, frame.schema.types)):
            return cls(tuple(frame.column_names), frame.schema)
        shape = np.shape(x)
        if len(shape) > 2:
            return cls(("x",))
        told = () if names is None else tuple(names)
        return cls(told if len(set(told)) == shape[1] else tuple(f"x{i}" for i in range(shape[1])))

    def table(self, x: Any) -> pa.Table:
        """Inputs as a table, in which what is missing is NaN or null.

        Raises:
            ValueError: they are not what they were in fit.
        """
        if self.schema is not None:
            return self._cast(_frame(x))
        rows = check_array(x, **CHECKS)
        columns = rows.T if rows.ndim == 2 else [pa.FixedShapeTensorArray.from_numpy_ndarray(rows)]
        if len(columns) != len(self.names):
            raise ValueError(f"X must have {len(self.names)} columns as in fit but has {len(columns)}")
        held = (np.ascontiguousarray(values) if rows.ndim == 2 else values for values in columns)
        return pa.table(dict(zip(self.names, held, strict=True)))

    def _cast(self, frame: pa.Table | None) -> pa.Table:
        if frame is None or tuple(frame.column_names) != self.names:
            raise ValueError(f"X must be a data frame with the columns {', '.join(self.names)} as in fit")
        columns = []
        for values, field in zip(frame.columns, self.schema, strict=True):
            try:
                columns.append(values if values.type == field.type else pc.cast(values, field.type))
            except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
                rule = f"column {field.name!r} of X must hold {field.type} as in fit but holds {values.type}"
                raise ValueError(f"{rule}: {error}") from None
        return pa.table(columns, schema=self.schema)


def checked(estimator: BaseEstimator, x: Any, layout: Layout | None = None) -> tuple[pa.Table, Layout]:
    """Inputs after scikit-learn's checks, as a table.

    Args:
        layout: of the inputs of fit, with whose number and names of columns these are compared; None: these are they.

    Raises:
        ValueError: rows, columns or values are not what they must be.
    """  # fmt: skip
    fitting = layout is None
    is_array = layout.schema is None if layout is not None else _is_array(x)
    if is_array:
        least = {"ensure_min_samples": 2} if fitting else {}
        rows = validate_data(estimator, x, reset=fitting, **CHECKS, **least)
    else:
        rows = validate_data(estimator, x, reset=fitting, skip_check_array=True)
    held = layout or Layout.of(rows, getattr(estimator, "feature_names_in_", None))
    return held.table(rows), held


def checked_to_fit(estimator: BaseEstimator, x: Any, y: Any) -> tuple[pa.Table, Layout, Array]:
    """Inputs and their targets after scikit-learn's checks.

    Raises:
        ValueError: rows, columns or values are not what they must be, or there is no target.
    """
    targets = validate_data(estimator, y=y, multi_output=True)
    inputs, layout = checked(estimator, x)
    check_consistent_length(x, targets)
    return inputs, layout, flat(targets.toarray() if hasattr(targets, "toarray") else targets)


def column(values: Any, rows: int, name: str) -> Array:
    """Weights or groups.

    Raises:
        ValueError: they are not one a row.
    """
    found = np.asarray(values)
    if found.shape != (rows,):
        raise ValueError(f"{name} must be one value for each of {rows} rows but has the shape {found.shape}")
    return found


def weights(values: Any, rows: int) -> Array:
    """How much each row counts.

    Raises:
        ValueError: they are not one a row, or none is above zero.
    """
    found = column(values, rows, "sample_weight").astype(np.float64)
    if not found.any():
        raise ValueError("sample_weight must be above zero in some row but is zero in all; leave it out")
    return found


def with_targets(
    inputs: pa.Table, targets: Array, *, sample_weight: Array | None, groups: Array | None, in_order: bool
) -> tuple[pa.Table, Roles]:
    """The table of a study, and what its columns are to it; `in_order`: rows are as they came in time."""
    several = targets.ndim > 1
    columns = targets.T if several else targets[np.newaxis]
    held = {"weight": sample_weight, "group": groups, "time": np.arange(len(targets)) if in_order else None}
    added = {role: values for role, values in held.items() if values is not None}
    wanted = [*(f"y{i}" if several else "y" for i in range(len(columns))), *added]
    names = _free(wanted, {*inputs.column_names})
    table = inputs
    for name, values in zip(names, (*columns, *added.values()), strict=True):
        table = table.append_column(name, pa.array(np.ascontiguousarray(values)))
    roles = dict(zip(added, names[len(columns) :], strict=True))
    return table, Roles(target=tuple(names[: len(columns)]), **roles)


def _free(wanted: Iterable[str], taken: set[str]) -> list[str]:
    """Names that are not taken, as near to these as can be."""
    found = []
    for name in wanted:
        while name in taken:
            name += "_"  # noqa: PLW2901
        taken.add(name)
        found.append(name)
    return found


def _is_array(x: Any) -> bool:
    """Whether inputs are numbers only; those of a data frame may be words and dates too."""
    frame = _frame(x)
    return frame is None or all(map(_is_number, frame.schema.types))


def _frame(x: Any) -> pa.Table | None:
    """A data frame as an Arrow table; None: it is none.

    Raises:
        ValueError: a column holds values of several types, or of one that is not kept.
    """
    if not hasattr(x, "columns"):
        return None
    try:
        table = pa.table(x.reset_index(drop=True) if hasattr(x, "reset_index") else x)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise ValueError(f"each column of X must hold values of one type: {error}") from None
    columns = [_words(values) if pa.types.is_dictionary(values.type) else values for values in table.columns]
    return pa.table(columns, names=table.column_names)


def _is_number(kind: Any) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind))


def _words(values: Any) -> Any:
    """Categories as words, whatever they are: they have no order."""
    coded = values.combine_chunks()
    return pc.cast(pc.take(coded.dictionary, coded.indices), pa.string())
