"""Lanes after their refit, and the files of their networks."""

from types import SimpleNamespace

import pytest
import torch

from ridgeline.spec import BUILT_IN, Setting, StudySpec, resolve
from ridgeline.spec.final import REFIT_REPEAT
from ridgeline.tables.built_in import FOLDER
from ridgeline_worker.portable import Model, made, unpack
from ridgeline_worker.training import Cohort, Evaluation, Problem, evaluate, lanes_of

REFIT = Evaluation(REFIT_REPEAT, 0)
EPOCHS = 4


@pytest.fixture(scope="session")
def refitted():
    """Train a lane of these kinds, with their strengths, on all rows but the test part."""

    def refit(dataset, model, kinds):
        asked = {"dataset": dataset, "model": model, "training": {"epochs": EPOCHS, "batch_size": 64}}
        study = resolve(StudySpec.model_validate(asked | {"regularizers": ["none"]}), BUILT_IN[dataset])
        path = FOLDER / f"{dataset}.parquet"
        mix = {f"{kind}.{name}": value for kind, own in kinds.items() for name, value in own.items()}
        setting = Setting(regularizer="cocktail" if mix else "none", strengths=mix, learning_rate=0.01)
        (lane,) = lanes_of(study, [(0, setting)], [REFIT])
        problem = Problem.of(study, path, torch.device("cpu"), [REFIT]).structured(study, lane.structure)
        state = Cohort(problem, [lane]).train(Cohort.begin(problem, [lane]), EPOCHS * problem.steps_per_epoch)
        (scored,) = evaluate(problem, state, predicting=[REFIT], keeping=[REFIT])
        files = made(study, path, "0123456789abcdef", setting, scored.networks)
        return SimpleNamespace(
            study=study,
            setting=setting,
            files=files,
            predictions=scored.predictions,
            x=problem.validations[0].x,
            model=Model(*unpack(files.model)),
            make=lambda: made(study, path, "0123456789abcdef", setting, scored.networks),
        )

    return refit
