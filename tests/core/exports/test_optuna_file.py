"""A study as an SQLite file: Optuna reads what it would have written itself."""

from pathlib import Path

import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution

from ridgeline.errors import NotFound
from ridgeline.exports.optuna_file import write
from ridgeline.spec.states import Origin, TrialState


@pytest.fixture
def loaded(store, tmp_path, monkeypatch):
    """A study as Optuna loads it."""
    monkeypatch.chdir(tmp_path)
    opened = []

    def load(study_id):
        write(store, study_id, Path("optuna.db"))
        opened.append(optuna.storages.RDBStorage("sqlite:///optuna.db"))
        return optuna.load_study(study_name=None, storage=opened[-1])

    yield load
    for storage in opened:
        storage.remove_session()
        storage.engine.dispose()


L2 = FloatDistribution(1e-6, 3.0, log=True)
RATES = CategoricalDistribution((0.2, 0.5))
KINDS = CategoricalDistribution(("none", "l2", "dropout"))


def test_every_trial_is_what_optuna_itself_would_keep(loaded, studied, store) -> None:
    study_id = studied(ended=False)
    found = loaded(study_id)
    assert found.direction is optuna.study.StudyDirection.MINIMIZE
    assert found.metric_names == ["log_loss"]
    expected = [
        ("COMPLETE", 0.5, {"regularizer": "none"}, {1: 0.5, 3: 0.5}),
        ("COMPLETE", 0.6, {"regularizer": "l2", "l2.strength": 3.0}, {1: 0.6, 3: 0.6}),
        ("COMPLETE", 0.1 + 0.2, {"regularizer": "l2", "l2.strength": 0.01}, {1: 0.1 + 0.2, 3: 0.1 + 0.2}),
        ("PRUNED", 0.7, {"regularizer": "dropout", "dropout.rate": 0.5}, {1: 0.7}),
        ("FAIL", None, {"regularizer": "l2", "l2.strength": 0.9}, {}),
        ("RUNNING", None, {"regularizer": "dropout", "dropout.rate": 0.2}, {1: 0.4}),
    ]
    kept = optuna.create_study()  # in memory, by Optuna's own way
    for trial, ours, (state, value, parameters, rungs) in zip(
        found.trials, store.trials.of(study_id), expected, strict=True
    ):
        own = {name: {"l2.strength": L2, "dropout.rate": RATES, "regularizer": KINDS}[name] for name in parameters}
        made = optuna.trial.create_trial(
            state=optuna.trial.TrialState[state],
            value=value,
            params=parameters,
            distributions=own,
            intermediate_values=rungs,
            user_attrs=trial.user_attrs,
        )
        made.datetime_start = ours.started_at.astimezone().replace(tzinfo=None)
        made.datetime_complete = ours.ended_at and ours.ended_at.astimezone().replace(tzinfo=None)
        kept.add_trial(made)
        assert _told(trial) == _told(kept.trials[-1])
    assert found.trials[2].user_attrs["fold_scores"] == list(store.trials.get(study_id, 2).rungs[-1].folds)
    assert found.trials[3].user_attrs["first_fold"] == 1
    assert found.trials[4].user_attrs["failure"]["kind"] == "error"
    assert found.user_attrs["provisional"] is True


def _told(trial):
    """All that a trial says, but for its place in a storage."""
    hidden = {"_trial_id"} if trial.datetime_start and trial.datetime_complete else {"_trial_id", "_datetime_start"}
    return {name: value for name, value in vars(trial).items() if name not in hidden}


def test_the_best_trial_is_ours_and_optunas_figures_open(loaded, studied, store) -> None:
    study_id = studied()
    found = loaded(study_id)
    best = store.trials.best(study_id)
    assert best is not None
    assert (found.best_trial.number, found.best_value) == (best.number, best.score)
    assert optuna.importance.get_param_importances(found, params=["regularizer"]).keys() == {"regularizer"}
    pytest.importorskip("plotly")
    assert optuna.visualization.plot_optimization_history(found).data
    assert optuna.visualization.plot_slice(found).data
    assert optuna.visualization.plot_parallel_coordinate(found, params=["regularizer", "l2.strength"]).data
    assert len(optuna.visualization.plot_intermediate_values(found).data) == 4


def test_a_mix_has_a_choice_a_group_and_strengths_under_what_is_on(loaded, studied) -> None:
    trials = (
        ("none", {}, Origin.NONE, TrialState.COMPLETE, 0.5),
        ("mixup", {"alpha": 0.2}, Origin.BASELINE, TrialState.COMPLETE, 0.6),
        ("cocktail", {"l2.strength": 0.1, "cutmix.probability": 0.3}, Origin.SAMPLED, TrialState.COMPLETE, 0.2),
    )
    asked = {"mode": "cocktail", "regularizers": ["l2", "mixup", "cutmix"], "baseline": {"kind": "mixup"}}
    found = loaded(studied(trials, **asked))
    assert [trial.params for trial in found.trials] == [
        {"l2": "off", "mixup|cutmix": "off"},
        {"l2": "off", "mixup|cutmix": "mixup", "mixup.alpha": 0.2},
        {"l2": "l2", "mixup|cutmix": "cutmix", "l2.strength": 0.1, "cutmix.probability": 0.3},
    ]
    assert found.trials[2].user_attrs["regularizer"] == "cocktail"


def test_a_study_without_trials_is_an_empty_one(loaded, studied) -> None:
    found = loaded(studied(()))
    assert found.trials == []
    assert found.user_attrs["resolved"]["name"] == "=iris"


def test_a_study_that_does_not_exist_leaves_no_file(store, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotFound):
        write(store, "0000000000000000", Path("optuna.db"))
    assert list(tmp_path.iterdir()) == []
