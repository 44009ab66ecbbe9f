"""Memory of a process and all that it started."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread

import psutil

MIB = 2**20
EVERY_SECONDS = 0.5


@dataclass(frozen=True)
class Memory:
    """Mebibytes of a process tree."""

    resident: float
    """Sum of resident memory; counts shared pages once for each process."""
    proportional: float
    """The same with shared pages divided among their users: what the tree truly takes."""
    processes: int


def of_tree(pid: int) -> Memory:
    """Memory now; a process that ends meanwhile counts nothing."""
    root = psutil.Process(pid)
    return _of([root, *root.children(recursive=True)])


def of_engines(pid: int) -> list[Memory]:
    """Memory of each engine process of a worker: they are the grandchildren, forked by one that has all imported."""
    return [_of([engine]) for child in psutil.Process(pid).children() for engine in child.children()]


def _of(counted: Sequence[psutil.Process]) -> Memory:
    resident = proportional = processes = 0
    for process in counted:
        try:
            told = process.memory_full_info()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        resident += told.rss
        proportional += getattr(told, "pss", told.rss)
        processes += 1
    return Memory(resident / MIB, proportional / MIB, processes)


def peak_while(pid: int, work: Callable[[], object]) -> Memory:
    """The largest proportional memory that was seen while something else went on."""
    seen, over = [of_tree(pid)], Event()

    def watch() -> None:
        while not over.wait(EVERY_SECONDS):
            seen.append(of_tree(pid))

    watcher = Thread(target=watch)
    watcher.start()
    try:
        work()
    finally:
        over.set()
        watcher.join()
    return max(seen, key=lambda memory: memory.proportional)


def settled(pid: int, least_processes: int, timeout_seconds: float = 60.0) -> Memory:
    """Memory once so many processes run and their memory no longer grows."""
    deadline, before = time.monotonic() + timeout_seconds, of_tree(pid)
    while time.monotonic() < deadline:
        time.sleep(2 * EVERY_SECONDS)
        now = of_tree(pid)
        if now.processes >= least_processes and abs(now.proportional - before.proportional) < 1:
            return now
        before = now
    return before
