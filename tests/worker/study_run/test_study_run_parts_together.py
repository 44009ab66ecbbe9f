"""What is tested alone elsewhere, together in one study: structures, mixes, what is read off, and rows of all kinds."""

import numpy as np
import pytest

from ridgeline.spec import StudySpec, resolve
from ridgeline.spec.states import Origin, StudyState, TrialState
from ridgeline.spec.views.verdict import Role
from ridgeline.store import answers
from ridgeline_worker.study_run import stages
from ridgeline_worker.study_run.packing import packed, unpacked

ROWS = 120
FINAL = {"folds": 2, "final_repeats": 3}


@pytest.fixture
def verdict(store, submit, carry):
    """The verdict of a study, and its trials; every contender has finite scores."""

    def of(**asked):
        study_id = submit(evaluation=FINAL, **asked)
        carry(store)
        return told(store, study_id)

    return of


def told(store, study_id):
    study = store.studies.get(study_id)
    assert (study.state, study.detail) == (StudyState.COMPLETED, None)
    found = answers.verdict(store, study_id)
    assert all(one.screening_score is not None or one.score is not None for one in found.contenders)
    assert found.recommended.corrected is not None
    assert found.recommended.test is not None
    return found, store.trials.of(study_id)


def settings(found, role):
    return [(one.setting.regularizer, one.setting.strengths) for one in found.contenders if role in one.roles]


def test_a_mix_of_structures_branches_and_what_stops_early_comes_to_a_verdict(verdict):
    found, trials = verdict(
        mode="cocktail",
        model={"kind": "residual_mlp", "width": 8, "blocks": 2},
        regularizers=["shake_shake", "shake_drop", "batch_norm", "early_stopping", "swa"],
        always=["l2"],
        budget={"max_trials": 16},
        sampler="random",
        pruner="none",
    )
    kinds = [trial.setting.kinds.keys() for trial in trials]
    assert any({"shake_shake", "batch_norm"} <= on for on in kinds)
    assert any({"shake_drop", "early_stopping"} <= on for on in kinds)
    assert all(trial.score is not None for trial in trials)
    assert "cocktail" in {kind for kind, _ in settings(found, Role.BEST)}


def test_an_epoch_read_off_under_what_normalizes_and_skips_is_trained_again(verdict):
    found, trials = verdict(
        model={"kind": "mlp", "hidden": [8, 8]},
        regularizers=["early_stopping"],
        always=["batch_norm", "skip", "sam"],
        budget={"max_trials": 4},
    )
    (stopped,) = (trial for trial in trials if trial.origin is Origin.READ_OFF)
    assert settings(found, Role.BEST)[0] == ("early_stopping", stopped.strengths)
    assert "early_stopping" not in {kind for kind, _ in settings(found, Role.DEFAULT)}


@pytest.fixture
def on_own_rows(store, kept, carry):
    """The verdict of a study on a made-up table."""

    def of(columns, roles, **asked):
        table, facts = kept(columns, store, **roles)
        spec = StudySpec.model_validate(
            {
                "dataset": {"id": "kept", **roles},
                "model": {"kind": "mlp", "hidden": [8]},
                "regularizers": ["none", "l2"],
                "training": {"epochs": 3, "batch_size": 30},
                "budget": {"max_trials": 6},
                **asked,
                "evaluation": FINAL | asked.get("evaluation", {}),
            }
        )
        study_id = store.studies.submit(spec, resolve(spec, facts))[0].id
        carry(store, locate=lambda _: table.path)
        return told(store, study_id)

    return of


@pytest.fixture
def rows():
    draw = np.random.default_rng(0)
    x = draw.normal(size=(ROWS, 3))
    y = x @ draw.normal(size=(3, 2)) + draw.normal(size=(ROWS, 2))
    held = {f"x{i}": x[:, i] for i in range(3)}
    return held | {"a": y[:, 0], "b": y[:, 1], "when": np.arange(float(ROWS)), "w": draw.gamma(1.0, size=ROWS)}


def test_several_targets_by_time_with_weights_and_repeats_come_to_a_verdict(on_own_rows, rows):
    roles = {"target": ["a", "b"], "time": "when", "weight": "w"}
    found, trials = on_own_rows(rows, roles, evaluation={"repeats": 2})
    assert {len(trial.rungs[-1].folds) for trial in trials if trial.state is TrialState.COMPLETE} == {4}
    assert (found.rests_on.final_repeats, found.rests_on.folds) == (3, 2)
    assert found.recommended.test.rows == 24


def test_classes_with_weights_of_rows_and_classes_come_to_a_verdict(on_own_rows, rows):
    rows["y"] = rows.pop("a") > 1.0
    del rows["b"], rows["when"]
    training = {"epochs": 3, "batch_size": 30, "class_weight": "balanced"}
    found, _ = on_own_rows(rows, {"target": "y", "weight": "w"}, training=training)
    assert found.recommended.test.rows == 24


def test_predictions_of_numbers_far_from_zero_are_kept_apart(on_own_rows, rows, monkeypatch):
    """Around 2^31, seconds since 1970, single precision has a number each 128 or 256."""
    del rows["b"], rows["w"], rows["when"]
    stored = []
    monkeypatch.setattr(stages, "packed", lambda kept: (stored.append(packed(kept)), stored[-1])[1])
    on_own_rows(rows | {"a": rows["a"] + 2.0**31}, {"target": "a"})
    (kept,) = map(unpacked, stored)
    assert all(len(np.unique(repeat)) == ROWS - 24 for repeats in kept.values() for repeat in repeats)
