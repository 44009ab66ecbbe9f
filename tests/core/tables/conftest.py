"""A file becomes a table in one call."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ridgeline.spec.datasets import Dataset, ParseOptions
from ridgeline.tables import Limits, ingest, read

Ingested = tuple[Dataset, dict[str, list[Any]]]


@pytest.fixture
def kept(tmp_path: Path) -> Callable[..., Ingested]:
    """Store bytes or text under a file name; gives what is known of it, and its values by column."""

    def keep(data: bytes | str, name: str = "table.csv", limits: Limits | None = None, **options: Any) -> Ingested:
        folder = tmp_path / "one"
        folder.mkdir(exist_ok=True)
        path = folder / "upload"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        output = folder / "table.parquet"
        dataset = ingest(path, output, ParseOptions(**options), name, limits or Limits())
        table: pa.Table = read(output, [column.name for column in dataset.columns])
        return dataset, {column: table[column].to_pylist() for column in table.schema.names}

    return keep
