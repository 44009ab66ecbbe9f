"""The peak that shares are of: what the machine does with one large product."""

import time
from statistics import median

import torch
from sides import device_here

from ridgeline_worker.training import one_fast_thread, wait_for

SIZE = 1024
PRODUCTS = 5


@one_fast_thread()
def operations_per_second(products: int = PRODUCTS) -> float:
    """Floating-point operations per second of a 1024-cubed product in single precision on one thread: the median."""
    device = device_here()
    a, b = torch.rand(2, SIZE, SIZE, device=device)
    c = a @ b
    took = []
    for _ in range(products):
        wait_for(device)
        started = time.perf_counter()
        torch.mm(a, b, out=c)
        wait_for(device)
        took.append(time.perf_counter() - started)
    return 2 * SIZE**3 / median(took)
