"""`best --code` has a script for every kind that a study may recommend."""

import ast
from types import SimpleNamespace

import pytest

from ridgeline.cli.answers import code_of
from ridgeline.kinds import CATALOGUE
from ridgeline.spec import BUILT_IN, BUILT_IN_SETS, Setting, StudySpec, resolve
from ridgeline.spec.snippet import SCRIPTED


@pytest.mark.parametrize("kind", SCRIPTED)
def test_of_every_kind(kind) -> None:
    asked = {"dataset": "wine", "regularizers": [kind], "always": list(CATALOGUE[kind].requires)}
    study = resolve(StudySpec.model_validate(asked), BUILT_IN["wine"])
    strengths = {name: bounds.default_value(50) for name, bounds in CATALOGUE[kind].bounds.items()}
    setting = Setting(regularizer=kind, strengths=strengths, learning_rate=0.01)
    trial = SimpleNamespace(**setting.model_dump(), setting=setting)
    client = SimpleNamespace(
        study=lambda _: SimpleNamespace(study=study),
        dataset=lambda _: SimpleNamespace(dataset=BUILT_IN_SETS["wine"].dataset),
    )
    script = code_of(client, SimpleNamespace(study_id="s", trial=trial))
    assert ast.get_docstring(ast.parse(script)).startswith(f"wine, mlp, regularizer {kind}")
    assert max(map(len, script.splitlines())) <= 120
