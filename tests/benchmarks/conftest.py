"""Modules of the benchmarks, which are scripts and import from their own folder."""

import sys
from importlib import import_module
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def scripts():
    """Import one by its name; at the end all are forgotten."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        yield import_module
        own = {path.stem for path in BENCHMARKS.glob("*.py")} | {"evidence"}
        for name in [name for name in sys.modules if name.partition(".")[0] in own]:
            patch.delitem(sys.modules, name)
