"""Evidence made by formula: scores of contenders without any training."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest

from ridgeline.spec import BUILT_IN, ResolvedStudy, Setting, StudySpec, resolve
from ridgeline.spec.metrics import Direction
from ridgeline.spec.views.verdict import Role
from ridgeline_worker.verdict.choice import Field
from ridgeline_worker.verdict.evidence import Contender, Paired


def _contender(number: int, regularizer: str = "l2", *roles: Role, **strengths: float) -> Contender:
    setting = Setting(regularizer=regularizer, strengths=strengths, learning_rate=1e-3)
    return Contender(number, setting, frozenset(roles or (Role.NONE if regularizer == "none" else Role.BEST,)))


Scored = Iterable[tuple[Contender, np.ndarray]]


def _paired(finalists: Scored, *, dropped: Scored = (), **known: Any) -> Paired:
    final = list(finalists)
    everyone = [*final, *dropped]
    told: dict[str, Any] = {
        "contenders": tuple(sorted((one for one, _ in everyone), key=lambda one: one.number)),
        "screening": {one.number: scores[:2] for one, scores in everyone},
        "final": {one.number: scores for one, scores in final},
        "train_rows": 364,
        "validation_rows": 91,
    }
    return Paired(**told | known)


@pytest.fixture(scope="session")
def contender_of() -> Callable[..., Contender]:
    """A contender of a kind, the best of it unless told otherwise."""
    return _contender


@pytest.fixture(scope="session")
def paired_of() -> Callable[..., Paired]:
    """The evidence of contenders with their final scores, and of others that were dropped with their screening's."""
    return _paired


@pytest.fixture(scope="session")
def ladder() -> tuple[Contender, ...]:
    """Five contenders from the simplest to the least simple."""
    return (
        _contender(0, "none"),
        _contender(1, "weight_decay", tau=10.0),
        _contender(2, "l2", strength=1e-2),
        _contender(3, "l2", strength=1e-4),
        _contender(4, "dropout", rate=0.2),
    )


@pytest.fixture(scope="session")
def field_of() -> Callable[..., Field]:
    """The field of a ladder with scores [contenders, repeats, folds]."""

    def make(ladder: tuple[Contender, ...], scores: np.ndarray, direction: Direction = Direction.MINIMIZE) -> Field:
        return Field.of(_paired(list(zip(ladder, scores, strict=False))), direction)

    return make


@pytest.fixture(scope="session")
def verdict_study() -> Callable[..., ResolvedStudy]:
    """A resolved study on breast_cancer, unless told otherwise."""

    def make(dataset: str = "breast_cancer", **asked: Any) -> ResolvedStudy:
        return resolve(StudySpec.model_validate({"dataset": dataset, **asked}), BUILT_IN[dataset])

    return make
