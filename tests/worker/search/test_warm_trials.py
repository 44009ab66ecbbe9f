"""What earlier studies have found is asked first, and samplers are told of it as of any trial of this study."""

import pytest

from ridgeline.spec.states import Evidence, Likeness, Origin, TrialState
from ridgeline.spec.views import TrialView
from ridgeline.spec.warm import WarmSetting, WarmStart
from ridgeline_worker.search import decide, next_generation


def warmed(study, *strengths):
    settings = tuple(
        WarmSetting(
            regularizer="l2",
            strengths={"strength": strength},
            learning_rate=0.001,
            study_id="earlier",
            dataset="breast_cancer",
            how=Likeness.EXACT,
            distance=0.0,
            evidence=Evidence.BEST_TRIAL,
        )
        for strength in strengths
    )
    return study.model_copy(update={"warm_start": WarmStart(settings=settings)})


@pytest.fixture
def asked(study_of):
    return lambda **more: study_of(**{"regularizers": ["l2", "dropout"], "budget": {"max_trials": 48}} | more)


def test_they_come_after_none_and_before_what_is_sampled(asked) -> None:
    study = warmed(asked(baseline={"kind": "l2", "strength": 0.5}), 1e-3, 0.5)
    new = next_generation(study, (), 48)
    assert [trial.origin for trial in new[:4]] == [Origin.NONE, Origin.BASELINE, Origin.WARM, Origin.SAMPLED]
    assert new[2].setting.strengths == {"strength": 1e-3}  # the other is the baseline


@pytest.mark.parametrize("sampler", ["tpe", "qmc", "grid"])
def test_a_restart_changes_nothing_and_every_setting_comes_once(asked, train, sampler) -> None:
    study = warmed(asked(sampler=sampler), 1e-3, 2e-3)
    trials: list[TrialView] = []
    while new := next_generation(study, trials, 48):
        again = [TrialView.model_validate_json(trial.model_dump_json()) for trial in trials]
        assert next_generation(study, again, 48) == new
        trials += train(study, new, trials)
    assert len({(trial.regularizer, *trial.strengths.values()) for trial in trials}) == len(trials)


def test_points_of_a_sequence_stay_where_they_were(asked, search) -> None:
    cold, warm = asked(sampler="qmc"), warmed(asked(sampler="qmc"), 1e-3)

    def sampled(study, most):
        return [t.strengths for t in search(study, most) if t.regularizer == "l2" and t.origin is Origin.SAMPLED]

    assert sampled(cold, 20) == sampled(warm, 21)


@pytest.mark.parametrize(("sampler", "learns"), [("tpe", True), ("gp", True), ("random", False), ("grid", False)])
def test_samplers_that_learn_are_told_of_them(asked, train, sampler, learns) -> None:
    study = warmed(asked(sampler=sampler, pruner="none"), *(10**-exponent for exponent in range(1, 6)))
    trials = train(study, next_generation(study, (), 48), ())
    turned = [
        trial.model_copy(update={"score": -trial.score}) if trial.origin is Origin.WARM else trial for trial in trials
    ]
    told = [next_generation(study, each, 48) for each in (trials, turned)]
    assert (told[0] != told[1]) is learns


def test_they_compete_at_rungs(asked, trial_of) -> None:
    study = asked()
    first = study.plan.rungs[0]
    rung = [{"epochs": first.epochs, "score": score, "folds": [score] * first.folds} for score in (0.1, 0.2, 0.3)]
    trials = [trial_of(number=n, origin=Origin.WARM, rungs=[rung[n]]) for n in range(3)]
    assert decide(study, trials, first, ()) == {0: TrialState.RUNNING, 1: TrialState.PRUNED, 2: TrialState.PRUNED}
