"""Data sets: rows, splits, and preparation that is fitted on training rows only."""

from functools import lru_cache

from ridgeline.spec import DatasetFacts
from ridgeline_worker.data.prepare import Prepared, prepare
from ridgeline_worker.data.split import Fold, Parts, folds, parts
from ridgeline_worker.data.table import Table, load

__all__ = ["Fold", "Parts", "Prepared", "Table", "folds", "load", "parts", "prepare", "prepared_folds"]


def prepared_folds(
    facts: DatasetFacts, test_fraction: float, count: int, repeats: int, seed: int
) -> tuple[Prepared, ...]:
    """The folds of every repeat, repeat by repeat; kept in memory for the next cohort of the study."""
    return _prepared_folds(facts.model_dump_json(), test_fraction, count, repeats, seed)


@lru_cache(maxsize=4)
def _prepared_folds(facts: str, test_fraction: float, count: int, repeats: int, seed: int) -> tuple[Prepared, ...]:
    described = DatasetFacts.model_validate_json(facts)
    table = load(described)
    search = parts(table, described, test_fraction).search
    return tuple(
        prepare(table, fold) for repeat in range(repeats) for fold in folds(table, search, count, seed, repeat)
    )
