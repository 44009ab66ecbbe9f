"""Optuna's file, written by a process of its own: importing Optuna costs the service nothing."""

import os
import subprocess
import sys
from pathlib import Path

from ridgeline.errors import RidgelineError
from ridgeline.tables.children import Children

SECONDS_LIMIT = 600.0
"""How long a file may take to write."""
_SECRETS = "RIDGELINE_"


class WritingFailed(RidgelineError):
    """The process that writes a file ended without it."""

    kind = "writing_failed"


def write_optuna(data_dir: Path, study_id: str, path: Path, children: Children) -> None:
    """Write a study as an SQLite file of Optuna.

    Raises:
        WritingFailed: its process failed, or took too long.
        NotReadyToServe: this process is ending.
    """
    command = [sys.executable, "-P", "-m", "ridgeline.exports", *map(str, (data_dir, study_id, path, os.getpid()))]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_SECRETS)}
    environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        ended = children.run(command, b"", environment, SECONDS_LIMIT)
    except subprocess.TimeoutExpired:
        raise WritingFailed(
            f"Optuna's file must be written in {SECONDS_LIMIT:g} seconds but took longer; export as csv or json"
        ) from None
    if ended.returncode != 0:
        lines = ended.stderr.decode(errors="replace").strip().splitlines()
        told = lines[-1] if lines else f"status {ended.returncode}"
        raise WritingFailed(f"the process that writes Optuna's file must end well but got: {told}")
