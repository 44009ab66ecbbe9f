"""Every benchmark that has a target, one after another, each in a process of its own; then all figures in one table.

    python -m benchmarks [--quick] [--output FOLDER]

Run it on a machine that does nothing else; trials alone takes about five minutes on two cores, and the small part of
answers that is measured here half an hour (`python benchmarks/answers.py` measures all of it, in days).
`--quick` takes the smallest size of each and only shows that they run.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from benchmarks.table import show

from ridgeline.cli.processes import Interrupted, interruptible

HERE = Path(__file__).parent
NAMES = ("lanes", "kinds", "trials", "service", "growth", "pages", "answers_small")
SCRIPTS = {"answers_small": ("answers.py", "--small")}
"""Of benchmarks whose script has another name than their figures."""


def main() -> None:
    """Measure, keep and show."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the smallest size of each")
    parser.add_argument("--output", type=Path, default=HERE / "results", help="folder of the figures")
    asked = parser.parse_args()
    arguments = ["--output", str(asked.output), *(["--quick"] if asked.quick else [])]
    try:
        with interruptible():
            for name in NAMES:
                print(f"{name} ...", flush=True)
                script, *more = SCRIPTS.get(name, (f"{name}.py",))
                _measure([sys.executable, str(HERE / script), *more, *arguments])
    except Interrupted as interrupted:
        sys.exit(str(interrupted))
    show([json.loads((asked.output / f"{name}.json").read_text(encoding="utf-8")) for name in NAMES])


def _measure(command: list[str]) -> None:
    """Run one to its end; it gets the time to end what it has started when this process is asked to end."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as benchmark:
        try:
            code = benchmark.wait()
        except Interrupted:
            benchmark.terminate()
            raise
    if code:
        raise subprocess.CalledProcessError(code, command)


if __name__ == "__main__":
    main()
