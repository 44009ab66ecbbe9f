"""One thread for torch, as in an engine process: timings and bits do not depend on the machine's processors."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    import torch  # noqa: PLC0415 - tests of the service run without torch

    torch.set_num_threads(1)
