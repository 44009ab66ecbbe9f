"""Columns of numbers, filled and scaled by the training rows of a fold."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import QuantileTransformer, StandardScaler

from ridgeline.spec.study import Preparation, Scaling

QUANTILES = 1000


@dataclass(frozen=True, slots=True)
class ColumnsOfNumbers:
    """Neighbouring columns before preparation, and where they go."""

    values: Float[np.ndarray, "rows columns"]
    """NaN where a value is missing."""
    at: Int[np.ndarray, "columns"]
    """Places in a prepared row."""
    incomplete: Bool[np.ndarray, "columns"]
    """Columns that may lack values."""
    ranked: Bool[np.ndarray, "columns"]
    """Columns that quantile scaling is for: not those of two values, or of sine and cosine."""
    indicators: Int[np.ndarray, "columns"]
    """Place of each one's indicator of missing values; -1: it has none."""


class NumbersOfTraining:
    """What the training rows say of these columns: what to fill in, and how to scale."""

    def __init__(self, columns: ColumnsOfNumbers, train: Int[np.ndarray, "train"], preparation: Preparation) -> None:
        self._columns, self._train, self._preparation = columns, train, preparation
        values = columns.values[train]
        self._imputer: SimpleImputer | None = None
        if columns.incomplete.any():
            self._imputer = SimpleImputer(strategy=preparation.imputation.value, keep_empty_features=True)
            values[:, columns.incomplete] = self._imputer.fit_transform(values[:, columns.incomplete])
        ranked = columns.ranked & (preparation.scaling is Scaling.QUANTILE)
        standard = ~ranked & (preparation.scaling is not Scaling.NONE)
        self._scalers: list[Any] = []
        if standard.any():
            self._scalers.append((standard, StandardScaler().fit(_of(values, standard))))
        if ranked.any():
            quantiles = QuantileTransformer(
                n_quantiles=min(QUANTILES, len(values)), output_distribution="normal", subsample=None
            )
            self._scalers.append((ranked, quantiles.fit(_of(values, ranked))))

    def fills(self) -> Float[np.ndarray, "columns"]:
        """What stands for a missing value of each column, of those that lack none here too."""
        strategy = self._preparation.imputation.value
        every = SimpleImputer(strategy=strategy, keep_empty_features=True).fit(self._columns.values[self._train])
        found: Float[np.ndarray, _] = every.statistics_
        if self._imputer is not None:
            found[self._columns.incomplete] = self._imputer.statistics_
        return found

    def scales(self) -> Iterator[tuple[Int[np.ndarray, "chosen"], Any]]:
        """Places in a prepared row, with what scales them."""
        for which, scaler in self._scalers:
            yield self._columns.at[which], scaler

    def write(self, rows: Int[np.ndarray, "rows"], prepared: Float[np.ndarray, "rows held"]) -> None:
        """Put these rows, prepared, at their places."""
        columns = self._columns
        values = columns.values[rows]
        missing = np.isnan(values)
        if self._imputer is not None:
            values[:, columns.incomplete] = self._imputer.transform(values[:, columns.incomplete])
        for which, scaler in self._scalers:
            if which.all():
                values = scaler.transform(values)
            else:
                values[:, which] = scaler.transform(values[:, which])
        told = columns.indicators >= 0
        with np.errstate(over="ignore"):
            prepared[:, columns.at] = values
        prepared[:, columns.indicators[told]] = missing[:, told]


def _of(
    values: Float[np.ndarray, "rows columns"], which: Bool[np.ndarray, "columns"]
) -> Float[np.ndarray, "rows chosen"]:
    """These columns; not copied where they are all, for sums over a matrix depend on how it lies in memory."""
    return values if which.all() else values[:, which]
