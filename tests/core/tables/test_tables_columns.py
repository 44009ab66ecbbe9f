"""What is known of the columns of a stored table lies in its file too."""

import numpy as np
import pyarrow as pa
import pytest

from ridgeline import tables
from ridgeline.spec import BUILT_IN_SETS
from ridgeline.spec.datasets import Source
from ridgeline.tables.built_in import FOLDER


@pytest.mark.parametrize("named", BUILT_IN_SETS.values(), ids=lambda named: named.name)
def test_a_built_in_table_tells_the_columns_of_its_data_set(named):
    assert tables.columns(FOLDER / f"{named.name}.parquet") == named.dataset.columns


def test_a_table_of_every_type_tells_the_columns_of_its_data_set(tmp_path):
    data = pa.table(
        {
            "n": [1.5, None, float("inf")],
            "w": ["b", None, "a"],
            "t": [True, False, None],
            "d": np.array(["2020-01-01", "NaT", "1999-12-31"], dtype="M8[us]"),
            "x": pa.FixedShapeTensorArray.from_numpy_ndarray(np.zeros((3, 2, 4))),
        }
    )
    path = tmp_path / "table.parquet"
    dataset = tables.keep(data, path, tables.Limits(), dataset_id="0" * 64, source=Source.UPLOAD)
    assert tables.columns(path) == dataset.columns
