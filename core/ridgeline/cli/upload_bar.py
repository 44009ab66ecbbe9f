"""How much of a file has been sent: a bar on a terminal, nothing elsewhere; on standard error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn


@contextmanager
def upload_bar(filename: str, console: Console | None = None) -> Iterator[Callable[[int, int], None]]:
    """What to call with the bytes sent so far and in all."""
    console = console or Console(stderr=True, highlight=False)
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task(f"sending {filename}", total=None)

        def move(sent: int, total: int) -> None:
            done = f"reading {filename}" if sent >= total else f"sending {filename}"
            bar.update(task, completed=sent, total=total, description=done)

        yield move
