"""The data sets that come with Ridgeline: those that scikit-learn ships, as tables of the package."""

import json
from importlib.resources import files

from ridgeline.spec.datasets import NamedDataset
from ridgeline.spec.facts import DatasetFacts, facts_of


def _all() -> dict[str, NamedDataset]:
    told = json.loads((files("ridgeline.spec") / "built_in.json").read_text(encoding="utf-8"))
    return {each["name"]: NamedDataset.model_validate(each) for each in told}


def _facts(named: NamedDataset) -> DatasetFacts:
    if named.roles is None or named.task is None or named.counts is None:
        raise ValueError(f"built-in data set {named.name!r} must have a default target; write built_in.json anew")
    return facts_of(named.name, named.dataset, named.roles, named.task, named.counts)


BUILT_IN_SETS: dict[str, NamedDataset] = _all()
"""Each by its name; written by `python -m ridgeline.tables built-in`, which a test compares with the rows."""

BUILT_IN: dict[str, DatasetFacts] = {name: _facts(named) for name, named in BUILT_IN_SETS.items()}
"""Their facts, for the default target."""
