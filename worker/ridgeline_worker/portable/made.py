"""The files of a network that the refit has trained."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import safetensors.numpy

from ridgeline import __version__
from ridgeline.spec import ResolvedStudy, Setting
from ridgeline.spec.columns import Column, ColumnType
from ridgeline.spec.final import REFIT_REPEAT
from ridgeline.spec.snippet.asked import Asked
from ridgeline.spec.snippet.names import names
from ridgeline.tables.counting import class_names
from ridgeline_worker.data import Fold, Table
from ridgeline_worker.data.fitted import fit
from ridgeline_worker.models import build
from ridgeline_worker.portable.manifest import InputColumn, Manifest, Target
from ridgeline_worker.portable.packed import pack
from ridgeline_worker.portable.state import state_of
from ridgeline_worker.training import Evaluation
from ridgeline_worker.training.network import Network
from ridgeline_worker.training.problem import dealt, wishes


@dataclass(frozen=True)
class Made:
    """Contents of files."""

    weights: bytes
    """The state_dict of the module that the study's script builds, as safetensors."""
    model: bytes
    """Manifest, preparation and weights."""


def made(study: ResolvedStudy, path: Path, study_id: str, setting: Setting, networks: Sequence[Network]) -> Made:
    """Describe networks, fit the preparation of their rows again, and write both down.

    Args:
        path: the stored table of the study's data set.
        networks: of the lane that the refit has trained in this setting.
    """  # fmt: skip
    table = Table.open(path, study.dataset)
    (fold,) = dealt(study, table, (Evaluation(REFIT_REPEAT, 0),))
    manifest = _manifest(study, table, fold, study_id=study_id, setting=setting, members=len(networks))
    model = build(manifest.model, manifest.inputs, manifest.outputs, manifest.structure)
    told = {
        "version": manifest.ridgeline,
        "study": study_id,
        "setting": setting.model_dump(mode="json"),
        "inputs": manifest.places,
        "members": manifest.members,
    }
    # one entry: of several, safetensors would write the order of a hash, and equal models would not be equal files
    weights = safetensors.numpy.save(state_of(manifest, model, networks), metadata={"ridgeline": json.dumps(told)})
    return Made(weights, pack(manifest, fit(table, fold, manifest.wishes), weights))


def _manifest(
    study: ResolvedStudy, table: Table, fold: Fold, *, study_id: str, setting: Setting, members: int
) -> Manifest:
    always = {fixed.kind: dict(fixed.strengths) for fixed in study.always}
    asked, own = Asked.of(study, setting, table.dataset), wishes(study)
    named = names(asked)
    classes = class_names(table.path, table.dataset, table.roles, table.task)
    return Manifest(
        ridgeline=__version__,
        study=study_id,
        setting=setting,
        regularizers=always | {kind: dict(strengths) for kind, strengths in setting.kinds.items()},
        model=study.model,
        inputs=study.dataset.inputs,
        outputs=study.dataset.outputs,
        task=study.task,
        columns=tuple(_column(column) for column in table.features),
        targets=tuple(Target(name=name, classes=told) for name, told in zip(table.roles.target, classes, strict=True)),
        others=tuple(c.name for c in table.dataset.columns if c not in table.features),
        preparation=study.preparation,
        codes=own.codes,
        channels=own.channels,
        precision=study.training.precision,
        members=members,
        names=named.parameters,
        moments=named.moments,
        about={"study_name": study.name, "dataset": study.dataset.name, "rows": len(fold.train)},
    )


def _column(column: Column) -> InputColumn:
    is_words = column.type is ColumnType.CATEGORICAL
    return InputColumn(
        name=column.name,
        type=column.type,
        words=tuple(column.counts or ()) if is_words else (),
        lacks=bool(column.missing + column.infinite),
        shape=column.shape,
    )
