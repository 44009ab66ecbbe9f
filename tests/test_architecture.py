"""The import contracts of pyproject.toml hold, and names mean one thing."""

import subprocess
import sys
from pathlib import Path

from ridgeline import tables

ROOT = Path(__file__).parents[1]


def test_every_import_contract_is_kept():
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout


def test_pre_commit_configuration_is_valid():
    command = [Path(sys.executable).with_name("pre-commit"), "validate-config"]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout


def test_no_module_has_the_name_of_what_its_package_imports_when_it_is_asked_for():
    """An import of the module would stand in the function's place, and who imported first would decide."""
    modules = {path.stem for path in Path(tables.__file__).parent.iterdir()}
    assert not modules & set(tables.__all__)
