"""How a processor computes is changed while a network trains, and not for whoever computes next."""

import pytest
import torch

from ridgeline_worker.training import one_fast_thread
from ridgeline_worker.training.processor import DENORMAL


def small() -> float:
    """Twice half of a number that is too small to be normal."""
    return float(torch.tensor(DENORMAL) / 2 * 2)


def test_denormal_numbers_are_zero_within_and_numbers_again_after():
    assert small() > 0
    with one_fast_thread():
        assert small() == 0
        with one_fast_thread():
            assert small() == 0
        assert small() == 0
    assert small() > 0


def test_threads_are_as_before_after_an_error_too():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with pytest.raises(ZeroDivisionError):
            _divide_by_zero()
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
    assert small() > 0


@one_fast_thread()
def _divide_by_zero() -> None:
    assert torch.get_num_threads() == 1
    _ = 1 // 0
