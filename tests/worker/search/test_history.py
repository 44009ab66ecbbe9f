"""A sampler is told of all trials, or of a part that keeps the best and the latest; and TPE asks as Optuna's does."""

import optuna
import pytest
from optuna.samplers import TPESampler

from ridgeline.spec.metrics import Direction
from ridgeline_worker.search import history
from ridgeline_worker.search.history import part_told
from ridgeline_worker.search.samplers import quiet_optuna
from ridgeline_worker.search.tpe import GenerationTPE


def rungs(*scores):
    return [
        {"epochs": epochs, "score": score, "folds": [score]} for epochs, score in zip((17, 50), scores, strict=False)
    ]


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(history, "MOST_TOLD", 8)


@pytest.fixture
def trials(trial_of):
    """Complete, pruned late, pruned early, diverged and stopped in turn, the early ones best."""

    def one(number):
        score = 0.1 + number / 100
        failure = {"kind": "diverged", "detail": "loss is not finite"}
        return trial_of(
            number=number,
            **(
                {"state": "complete", "score": score, "rungs": rungs(score, score)},
                {"state": "pruned", "rungs": rungs(score, score)},
                {"state": "pruned", "rungs": rungs(score)},
                {"state": "failed", "failure": failure},
                {"state": "stopped"},
            )[number % 5],
        )

    return [one(number) for number in range(40)]


class TestPart:
    @pytest.mark.parametrize("count", [0, 1, 8])
    def test_few_trials_are_told_of_as_they_are(self, few, trials, count):
        assert part_told(trials[:count], Direction.MINIMIZE) == trials[:count]

    @pytest.mark.parametrize(("direction", "best"), [(Direction.MINIMIZE, {0, 5}), (Direction.MAXIMIZE, {30, 35})])
    def test_of_many_the_best_and_the_latest_that_anything_is_learned_from(self, few, trials, direction, best):
        latest = [n for n in range(40) if n % 5 != 4 and n not in best][-6:]
        assert [trial.number for trial in part_told(trials, direction)] == sorted(best | set(latest))

    def test_where_few_are_complete_the_pruned_ones_that_came_furthest_are_the_best(self, few, trials):
        pruned = [trial for trial in trials if trial.state != "complete"]
        assert {1, 6} <= {trial.number for trial in part_told(pruned, Direction.MINIMIZE)}

    @pytest.mark.parametrize("mode", ["single", "cocktail"])
    def test_a_restart_changes_nothing_where_trials_are_left_out(self, few, study_of, search, mode):
        study = study_of(mode=mode, regularizers=["l1", "l2"], budget={"max_trials": 64})
        trials = search(study, 64)
        assert search(study, 64, [trial for trial in trials if trial.generation < 3]) == trials

    def test_a_study_that_is_small_enough_is_searched_as_if_there_were_no_most(self, study_of, search, monkeypatch):
        study = study_of(regularizers=["l2"], budget={"max_trials": 48})
        monkeypatch.setattr(history, "MOST_TOLD", 47)
        before = search(study, 48)
        monkeypatch.setattr(history, "MOST_TOLD", 10**9)
        assert search(study, 48) == before


FREE = {
    "strength": optuna.distributions.FloatDistribution(1e-6, 1e-1, log=True),
    "rate": optuna.distributions.FloatDistribution(0.0, 0.8),
    "group": optuna.distributions.CategoricalDistribution(["off", "on"]),
}


def asked_of(sampler, ended):
    with quiet_optuna():
        study = optuna.create_study(sampler=sampler)
        study.add_trials(
            optuna.trial.create_trial(
                params=(values := {"strength": 10 ** -(1 + n % 50 / 10), "rate": n % 8 / 10, "group": "off"}),
                distributions={name: FREE[name] for name in values},
                **({"value": n % 7 / 7} if n % 3 else {"state": optuna.trial.TrialState.PRUNED}),
                intermediate_values={17: n % 5 / 5},
            )
            for n in range(ended)
        )
        return [study.ask(FREE).params for _ in range(12)]


@pytest.mark.parametrize("ended", [0, 9, 10, 40, 300])
@pytest.mark.parametrize("multivariate", [None, False])
def test_tpe_of_a_generation_suggests_what_tpe_of_optuna_does(ended, multivariate):
    known = {"seed": 7, "multivariate": multivariate, "n_startup_trials": 10}
    assert asked_of(GenerationTPE(**known), ended) == asked_of(TPESampler(**known), ended)
