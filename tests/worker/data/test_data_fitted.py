"""What training rows have said, kept as plain arrays, prepares other rows bit for bit as it did."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from ridgeline.spec.study import Imputation, Preparation, Scaling
from ridgeline_worker.data import Fold, Wishes, prepare
from ridgeline_worker.data.fitted import Fitted, fit

FOLD = Fold(np.arange(0, 90), np.arange(90, 120))


@pytest.fixture
def table(kept):
    draw = np.random.default_rng(0)
    number, words = draw.normal(5, 3, 120), draw.choice(["a", "b", "c", "d"], 120)
    words[words == "d"] = "a"
    words[100] = "d"  # no training row has it
    times = [dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=float(h)) for h in draw.uniform(0, 9000, 120)]
    made = {
        "holes": [None if i % 7 == 3 else float(x) for i, x in enumerate(number)],
        "number": draw.exponential(size=120),
        "words": [None if i % 11 == 5 else str(word) for i, word in enumerate(words)],
        "truth": draw.random(120) > 0.5,
        "time": times,
        "y": draw.normal(50.0, 20.0, size=120),
    }
    return kept(made)[0]


@pytest.mark.parametrize("codes", [False, True])
@pytest.mark.parametrize("scaling", list(Scaling))
def test_columns_of_every_type_are_prepared_as_in_training(table, scaling, codes):
    wishes = Wishes(Preparation(scaling=scaling, imputation=Imputation.MEDIAN), codes=codes, multiple=4)
    (there,) = prepare(table, [FOLD], wishes)
    fitted = Fitted.of(fit(table, FOLD, wishes).arrays)
    found = fitted.prepared(table, wishes)
    assert np.array_equal(found[FOLD.train], there.train.x)
    assert np.array_equal(found[FOLD.validation], there.validation.x)
    assert (fitted.target_mean, fitted.target_scale) == (there.validation.target_mean, there.validation.target_scale)


def test_arrays_are_prepared_as_in_training(kept):
    draw = np.random.default_rng(0)
    images = draw.normal(3, 2, size=(120, 2, 6))
    images[7, 1, 2] = np.nan
    column = pa.FixedShapeTensorArray.from_numpy_ndarray(images)
    table = kept(pa.table({"image": column, "y": draw.normal(size=120)}))[0]
    wishes = Wishes(dtype=np.float32)
    (there,) = prepare(table, [FOLD], wishes)
    found = fit(table, FOLD, wishes).prepared(table, wishes)
    assert np.array_equal(found[FOLD.validation], there.validation.x)
