"""The table of throughput on a CUDA device: both sides train there, and so many more lanes have room.

The device needs no more time for a step of a thousand small networks than for a few, so this also tells how much more.

    python benchmarks/throughput_gpu.py [--quick]
"""

import sys
from collections.abc import Sequence

import torch
from report import Figure, Report, run
from shapes import ROWS, Shape, shapes
from throughput import measured

ONE, THOUSAND = 1, 1000
LANES = (ONE, 8, 64, 256, THOUSAND, 4096)
MOST_TIMES = 3.0
"""What a step of a thousand lanes may take, in steps of one."""


def measure(quick: bool) -> Report:  # noqa: FBT001 - the one choice that every benchmark has
    """On the device that the worker would use."""
    if not torch.cuda.is_available():
        sys.exit("throughput_gpu.py must run where torch finds a CUDA device; throughput.py measures the processor")
    return of_device(torch.cuda.get_device_name(), quick=quick)


def of_device(name: str, *, quick: bool) -> Report:
    """The figures of the device, whatever it is."""
    repeats = 2 if quick else 5
    asked = [Shape(lanes=ONE), Shape(lanes=THOUSAND)] if quick else [*shapes(LANES)]
    figures, told = measured(asked, repeats, lambda _: None)
    return Report(
        "throughput_gpu",
        "as throughput, with both sides, and the product that shares are of, on the GPU",
        {"device": name, "repeats": repeats, "rows": ROWS, "shapes": told},
        (_growth(figures), *figures),
    )


def _growth(figures: Sequence[Figure]) -> Figure:
    """Time of a step of a thousand lanes, in steps of one lane."""
    rates = {figure.name: figure.value for figure in figures}
    one, thousand = (rates[f"{Shape(lanes=lanes).name}: ridgeline"] / lanes for lanes in (ONE, THOUSAND))
    return Figure("a step of 1,000 lanes of 64-64, in steps of 1 lane", one / thousand, "times", MOST_TIMES)


if __name__ == "__main__":
    run(measure, __doc__)
