"""Every benchmark that has a target, one after another, each in a process of its own; then all figures in one table.

    python -m benchmarks [--quick] [--output FOLDER]

Run it on a machine that does nothing else: trials, throughput and rungs take about five minutes each on two cores, the
small part of answers that is measured here half an hour (`python benchmarks/answers.py` measures all of it, in days).
`--quick` takes the smallest size of each and only shows that they run.  `python benchmarks/speed.py` makes the page of
the figures.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import torch
from benchmarks.table import show

from ridgeline.cli.processes import Interrupted, interruptible

HERE = Path(__file__).parent
NAMES = (
    "lanes",
    "kinds",
    "throughput",
    "profile_step",
    "trials",
    "rungs",
    "service",
    "growth",
    "pages",
    "answers_small",
)
SCRIPTS = {"answers_small": ("answers.py", "--small")}
"""Of benchmarks whose script has another name than their figures."""
QUICK_AT_ONCE = 2
"""Where time does not matter."""
GPU_NAMES = ("throughput_gpu",)
"""Where there is one."""


def main() -> None:
    """Measure, keep and show."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the smallest size of each")
    parser.add_argument("--output", type=Path, default=HERE / "results", help="folder of the figures")
    asked = parser.parse_args()
    arguments = ["--output", str(asked.output), *(["--quick"] if asked.quick else [])]
    names = (*NAMES, *(GPU_NAMES if torch.cuda.is_available() else ()))
    at_once = QUICK_AT_ONCE if asked.quick else 1
    try:
        with interruptible():
            for start in range(0, len(names), at_once):
                some = names[start : start + at_once]
                print(f"{', '.join(some)} ...", flush=True)
                _measure([_command(name, arguments) for name in some])
    except Interrupted as interrupted:
        sys.exit(str(interrupted))
    show([json.loads((asked.output / f"{name}.json").read_text(encoding="utf-8")) for name in names])


def _command(name: str, arguments: Sequence[str]) -> list[str]:
    script, *more = SCRIPTS.get(name, (f"{name}.py",))
    return [sys.executable, str(HERE / script), *more, *arguments]


def _measure(commands: Sequence[Sequence[str]]) -> None:
    """Run some to their end; they get the time to end what they have started when this process is asked to end."""
    with ExitStack() as stack:
        running = [stack.enter_context(subprocess.Popen(command, stdout=subprocess.DEVNULL)) for command in commands]
        try:
            codes = [benchmark.wait() for benchmark in running]
        except Interrupted:
            for benchmark in running:
                benchmark.terminate()
            raise
    for code, command in zip(codes, commands, strict=True):
        if code:
            raise subprocess.CalledProcessError(code, command)


if __name__ == "__main__":
    main()
