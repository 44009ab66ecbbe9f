"""One local cluster for all tests of the engine."""

from collections.abc import Iterator

import pytest

from ridgeline_worker.engine.cluster import ClusterEngine


@pytest.fixture(scope="session")
def cluster() -> Iterator[ClusterEngine]:
    engine = ClusterEngine(2)
    yield engine
    engine.close()
