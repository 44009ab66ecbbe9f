"""A setting as plain PyTorch: a script that trains one model and scores it on held-out rows."""

from collections.abc import Iterator
from dataclasses import replace

from ridgeline.errors import NoScript
from ridgeline.spec.built_in import BUILT_IN_SETS
from ridgeline.spec.datasets import Dataset
from ridgeline.spec.models import Custom, parameter_count
from ridgeline.spec.resolved import ResolvedStudy, Setting
from ridgeline.spec.snippet.asked import WIDTH, Asked, wrapped
from ridgeline.spec.snippet.imports import imports
from ridgeline.spec.snippet.kinds import SCRIPTS
from ridgeline.spec.snippet.model import model
from ridgeline.spec.snippet.preparation import preparation
from ridgeline.spec.snippet.rows import rows
from ridgeline.spec.snippet.scoring import scoring
from ridgeline.spec.snippet.sources import file_of
from ridgeline.spec.snippet.steps import epochs
from ridgeline.spec.snippet.training import before_epochs, optimizer, row_weights
from ridgeline.spec.study import Precision

__all__ = ["SCRIPTED", "snippet"]

SCRIPTED = ("none", *SCRIPTS)
"""Kinds that a script can show on a built-in model."""
SCRIPTED_ON_CUSTOM = ("none", "l1", "l2", "elastic_net", "weight_decay", "dropout")
"""Kinds that a script can show on a model of the operator."""
SMALL_PARAMETERS = 100_000
"""Below this many parameters a step is too short to share among threads."""


def snippet(study: ResolvedStudy, setting: Setting, dataset: Dataset | None = None) -> str:
    """Write the script of a setting, with everything that is `always` on in its study.

    It holds out as many rows as the study's test part, trains on the rest by the study's optimizer, epochs and
    steps an epoch, and prints the study's metric. The score is of one split and one draw, so it differs from the
    cross-validated one.

    Args:
        dataset: the data set of the study; may be left out for a built-in one.

    Raises:
        NoScript: of a kind that no script can show on this model.
        ValueError: it was left out for another one.
    """
    asked = Asked.of(study, setting, dataset or _built_in(study))
    scripted = SCRIPTED_ON_CUSTOM if isinstance(study.model, Custom) else ("none", *SCRIPTS)
    others = [kind for kind in asked.kinds if kind not in scripted]
    if others:
        raise NoScript(others, scripted)
    asked = replace(asked, uses=frozenset(use for kind in asked.kinds for use in SCRIPTS[kind].uses))
    parts = [
        _settings(asked),
        rows(asked),
        preparation(asked),
        [*model(asked), *optimizer(asked), *row_weights(asked)],
        before_epochs(asked),
        epochs(asked),
        scoring(asked),
    ]
    body = "\n\n".join(text for part in parts if (text := "\n".join(part)))
    body = body.replace("\n\n\n\n", "\n\n\n")
    return "\n".join([*_title(asked), "", *imports(body), "", body]) + "\n"


def _built_in(study: ResolvedStudy) -> Dataset:
    for named in BUILT_IN_SETS.values():
        if named.dataset.id == study.dataset.id:
            return named.dataset
    raise ValueError(f"the data set {study.dataset.name!r} must be given, since it is not built in; pass dataset=")


def _title(asked: Asked) -> Iterator[str]:
    told = [asked.told(kind) for kind in asked.named] or ["none"]
    title = f"{asked.study.dataset.name}, {asked.study.model.kind}, regularizer {' and '.join(told)}."
    file = file_of(asked)
    if file is None and len(title) <= WIDTH:
        yield f'"""{title}"""'
        return
    first, *rest = wrapped(title)
    yield f'"""{first}'
    yield from rest
    if file is None:
        yield '"""'
        return
    yield ""
    yield from wrapped(f"Reads {file}: the file that was added as data set {asked.study.dataset.name!r}.")
    yield '"""'


def _settings(asked: Asked) -> Iterator[str]:
    yield f"torch.manual_seed({asked.study.seed})"
    small = parameter_count(asked.study.layers) < SMALL_PARAMETERS
    if small and not isinstance(asked.study.model, Custom):
        yield "torch.set_num_threads(1)  # a model this small is fastest on one thread"
    if asked.study.training.precision is Precision.FLOAT64:
        yield "torch.set_default_dtype(torch.float64)"
