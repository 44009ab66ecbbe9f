"""What the training rows of a fold have said of their columns: enough to prepare any other row."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from sklearn.preprocessing import QuantileTransformer, StandardScaler

from ridgeline.spec.columns import Column, ColumnType
from ridgeline.spec.study import Scaling
from ridgeline_worker.data.arrays import scalers_of
from ridgeline_worker.data.encode import NUMBERS_AT_ONCE, columns_of_numbers
from ridgeline_worker.data.numbers import NumbersOfTraining
from ridgeline_worker.data.prepare import Wishes, channels_of
from ridgeline_worker.data.split import Fold
from ridgeline_worker.data.table import Table

Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Fitted:
    """By place in a prepared row, numbers first, then categories; places of indicators mean nothing."""

    fill: Float[np.ndarray, "numbers"]
    """What stands for a missing number."""
    mean: Float[np.ndarray, "numbers"]
    scale: Float[np.ndarray, "numbers"]
    """Numbers become (number - mean) / scale."""
    ranked: Int[np.ndarray, "ranked"]
    """Places that quantiles scale instead."""
    quantiles: Float[np.ndarray, "points ranked"]
    known: Int[np.ndarray, "categories"]
    """1 for each place of a category that the training rows have."""
    target_mean: Float[np.ndarray, "*targets"]
    target_scale: Float[np.ndarray, "*targets"]
    """Outputs become outputs * scale + mean."""

    @classmethod
    def of(cls, arrays: Arrays) -> "Fitted":
        """From arrays by the names of the fields."""
        return cls(**arrays)

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """The fields by their names."""
        return {name: np.asarray(value, order="C") for name, value in vars(self).items()}

    def prepared(self, table: Table, wishes: Wishes) -> Float[np.ndarray, "rows held"]:
        """The rows of a table whose columns have what these say of them."""
        features = table.features
        categorical = [column for column in features if column.categories]
        numbers = len(self.fill)
        width = numbers + (len(categorical) if wishes.codes else len(self.known))
        prepared = np.zeros((table.dataset.rows, width + -width % wishes.multiple), wishes.dtype)
        for columns in columns_of_numbers(table):
            missing = np.isnan(columns.values)
            with np.errstate(over="ignore"):
                prepared[:, columns.at] = self._scaled(columns.values, columns.at)
            told = columns.indicators >= 0
            prepared[:, columns.indicators[told]] = missing[:, told]
        for column in features:
            if column.type is ColumnType.ARRAY:
                self._write_arrays(table, column, prepared)
        place = start = numbers
        for column in categorical:
            known = self.known[start - numbers : start - numbers + column.categories].astype(bool)
            places = table.places(column)
            found = (places >= 0) & known[places]
            if wishes.codes:
                prepared[:, place] = np.where(found, places, -1)
            else:
                prepared[np.flatnonzero(found), start + places[found]] = 1.0
            place, start = place + 1, start + column.categories
        return prepared

    def _scaled(
        self, values: Float[np.ndarray, "rows columns"], at: Int[np.ndarray, "columns"]
    ) -> Float[np.ndarray, "rows columns"]:
        filled = np.where(np.isnan(values), self.fill[at], values)
        which = np.isin(at, self.ranked)
        scaled: Float[np.ndarray, "_ _"] = (filled - self.mean[at]) / self.scale[at]
        if which.any() and len(values):
            scaled[:, which] = _by_quantiles(
                self.quantiles[:, np.searchsorted(self.ranked, at[which])], filled[:, which]
            )
        return scaled

    def _write_arrays(self, table: Table, column: Column, prepared: Float[np.ndarray, "rows held"]) -> None:
        start = 0
        for block in table.arrays(column, NUMBERS_AT_ONCE):
            at = np.arange(block.shape[1])
            prepared[start : start + len(block), : block.shape[1]] = self._scaled(block, at)
            start += len(block)


def fit(table: Table, fold: Fold, wishes: Wishes) -> Fitted:
    """What `prepare` fits on the training rows of a fold."""
    features, train = table.features, fold.train
    numbers = sum(column.numbers for column in features)
    fill, mean, scale = np.zeros(numbers), np.zeros(numbers), np.ones(numbers)
    quantiles: dict[int, Float[np.ndarray, _]] = {}
    for columns in columns_of_numbers(table):
        fitted = NumbersOfTraining(columns, train, wishes.preparation)
        fill[columns.at] = fitted.fills()
        for at, scaler in fitted.scales():
            if isinstance(scaler, StandardScaler):
                mean[at], scale[at] = scaler.mean_, scaler.scale_
            else:
                quantiles.update(zip(at.tolist(), scaler.quantiles_.T, strict=True))
    known = []
    for column in features:
        if column.type is ColumnType.ARRAY:
            channels = channels_of(column, wishes)
            (scaler,) = scalers_of(table, column, [fold], channels)
            means, scales = np.nan_to_num(scaler.mean_), np.where(scaler.scale_ > 0, scaler.scale_, 1.0)
            size = numbers // channels
            fill[:] = np.repeat(means, size)
            if wishes.preparation.scaling is not Scaling.NONE:
                mean[:], scale[:] = np.repeat(means, size), np.repeat(scales, size)
        elif column.categories:
            known.append(np.bincount(table.places(column)[train], minlength=column.categories) > 0)
    y = table.targets[train]
    target_mean, target_scale = np.zeros(y.shape[1:]), np.ones(y.shape[1:])
    if not table.task.is_classification:
        target_mean, target_scale = np.asarray(y.mean(axis=0)), np.asarray(y.std(axis=0))
        target_scale = np.where(target_scale > 0, target_scale, 1.0)
    ranked = sorted(quantiles)
    return Fitted(
        fill=fill,
        mean=mean,
        scale=scale,
        ranked=np.array(ranked, dtype=np.int64),
        quantiles=np.stack([quantiles[place] for place in ranked], axis=1) if ranked else np.zeros((0, 0)),
        known=np.concatenate([np.zeros(0, bool), *known]).astype(np.int64),
        target_mean=target_mean,
        target_scale=target_scale,
    )


def _by_quantiles(
    quantiles: Float[np.ndarray, "points columns"], values: Float[np.ndarray, "rows columns"]
) -> Float[np.ndarray, "rows columns"]:
    """What scikit-learn's transformer makes of the values, once it was fitted to these quantiles."""
    scaler = QuantileTransformer(n_quantiles=len(quantiles), output_distribution="normal")
    scaler.n_quantiles_, scaler.n_features_in_ = quantiles.shape  # type: ignore[attr-defined]
    scaler.quantiles_, scaler.references_ = quantiles, np.linspace(0, 1, len(quantiles))
    scaled: Float[np.ndarray, "_ _"] = scaler.transform(values)
    return scaled
