"""Made-up tables."""

import numpy as np
import pytest

from ridgeline.spec.resolved import ResolvedEvaluation
from ridgeline.spec.study import Split


@pytest.fixture
def made_up(kept):
    """Random rows, of which only so many are distinct; no classes: the target is a number."""

    def make(*, rows=120, columns=3, classes=3, distinct=None, seed=0, more=None, **asked):
        draw = np.random.default_rng(seed)
        which = np.arange(rows) if distinct is None else draw.integers(distinct, size=rows)
        x = draw.normal(size=(rows, columns))[which]
        labels = np.arange(rows) % classes if classes else draw.normal(50.0, 20.0, size=rows)
        made = {f"x{i}": x[:, i] for i in range(columns)} | {"y": labels[which]}
        return kept(made | (more or {}), **asked)

    return make


@pytest.fixture
def evaluation():
    """An evaluation of some split."""

    def make(split=Split.STRATIFIED, folds=5, **asked):
        return ResolvedEvaluation(split=split, folds=folds, **asked)

    return make
