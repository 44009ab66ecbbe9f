"""What tests of several parts share: a clean environment, data folders, and how to wait."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ridgeline.store import Store, upgrade


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """One thread for torch, as in an engine process: timings and bits do not depend on the machine's processors."""
    import torch  # noqa: PLC0415 - tests of the service run without torch

    torch.set_num_threads(1)


@pytest.fixture(scope="session", autouse=True)
def no_settings_from_outside() -> Iterator[None]:
    """Tests, and processes that they start, see the settings that they give."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("RIDGELINE_"):
                patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def new_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Make data folders at today's schema; an upgrade takes a while, so they are copies."""
    template = tmp_path_factory.mktemp("template") / "data"
    upgrade(template)
    return lambda: shutil.copytree(template, tmp_path_factory.mktemp("folder") / "data")


@pytest.fixture
def data_dir(new_data_dir: Callable[[], Path]) -> Path:
    return new_data_dir()


@pytest.fixture
def store(data_dir: Path) -> Iterator[Store]:
    with Store.open(data_dir) as opened:
        yield opened


@pytest.fixture(scope="session")
def waiting() -> Callable[..., Any]:
    """Wait until something holds; returns it."""

    def wait_until(holds: Callable[[], Any], seconds: float = 90.0) -> Any:
        deadline = time.monotonic() + seconds
        while not (found := holds()):
            assert time.monotonic() < deadline, "it never came true"
            time.sleep(0.02)
        return found

    return wait_until


@pytest.fixture(scope="session")
def story() -> Callable[[Store, str], list[Any]]:
    """What a study has found, to be compared: all but the times."""

    def told(store: Store, study_id: str) -> list[Any]:
        return [trial.model_dump(exclude={"started_at", "ended_at"}) for trial in store.trials.of(study_id)]

    return told
