"""`best --code` has a script for every kind that a study may recommend."""

import ast
from types import SimpleNamespace

import pytest

from ridgeline.cli.answers import code_of
from ridgeline.kinds import CATALOGUE
from ridgeline.spec import BUILT_IN, BUILT_IN_SETS, StudySpec, resolve


@pytest.mark.parametrize("kind", CATALOGUE)
def test_of_every_kind(kind) -> None:
    study = resolve(StudySpec.model_validate({"dataset": "wine", "regularizers": [kind]}), BUILT_IN["wine"])
    strengths = {name: bounds.default_value(50) for name, bounds in CATALOGUE[kind].bounds.items()}
    trial = SimpleNamespace(regularizer=kind, strengths=strengths, learning_rate=0.01)
    client = SimpleNamespace(
        study=lambda _: SimpleNamespace(study=study),
        dataset=lambda _: SimpleNamespace(dataset=BUILT_IN_SETS["wine"].dataset),
    )
    script = code_of(client, SimpleNamespace(study_id="s", trial=trial))
    assert ast.get_docstring(ast.parse(script)).startswith(f"wine, mlp, regularizer {kind}")
    assert max(map(len, script.splitlines())) <= 120
