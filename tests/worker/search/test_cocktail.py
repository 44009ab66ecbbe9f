"""Mixes: what is asked together, and what is never asked."""

import json
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ridgeline.kinds import CATALOGUE
from ridgeline.kinds.combining import excluded, lacking
from ridgeline.spec.mixing import by_default, mixes_of
from ridgeline.spec.states import Origin, TrialState
from ridgeline.spec.views import TrialView
from ridgeline_worker.search import next_generation
from ridgeline_worker.search.mixes import Listed, Mixes

SAMPLERS = ("tpe", "random", "qmc")
KINDS = [kind for kind in CATALOGUE if kind != "none"]
RATES = [1e-3, 1e-2]
L2 = {"kind": "l2", "strength": [0.1, 0.01]}
DROPOUT = {"kind": "dropout", "rate": 0.5}
PAPER = ["weight_decay", "dropout", "ema", "swa", "snapshot_ensemble", "mixup", "cutmix", "cutout", "fgsm", "lookahead"]


@pytest.fixture(scope="session")
def mixed(study_of):
    """A cocktail, resolved."""
    return lambda **asked: study_of(**{"mode": "cocktail", "regularizers": PAPER, **asked})


@pytest.mark.parametrize("sampler", SAMPLERS)
class TestEverySampler:
    def test_a_restart_after_every_generation_changes_nothing(self, mixed, sampler, train):
        study = mixed(sampler=sampler, pruner="hyperband", budget={"max_trials": 64})
        trials, stored = [], []
        while new := next_generation(study, trials, 64):
            after_restart = [TrialView.model_validate_json(text) for text in stored]
            assert next_generation(study, after_restart, 64) == new
            trials += train(study, new, trials)
            stored = [trial.model_dump_json() for trial in trials]
        assert [trial.number for trial in trials] == list(range(64))
        assert len({trial.setting.key for trial in trials}) == 64

    def test_none_then_the_baseline_then_each_kind_alone_then_mixes(self, mixed, sampler, search):
        study = mixed(sampler=sampler, baseline={"kind": "l2", "strength": 0.01}, training={"learning_rate": RATES})
        trials = search(study, 32)
        origins = ["none"] * 2 + ["baseline"] * 2 + ["default"] * len(PAPER)
        assert [trial.origin for trial in trials] == origins + ["sampled"] * (32 - len(origins))
        alone = [trial for trial in trials if trial.origin is Origin.DEFAULT]
        assert [trial.setting.kinds for trial in alone] == [by_default(study, trial.regularizer) for trial in alone]
        assert {trial.learning_rate for trial in alone} == {1e-2}
        assert {trial.learning_rate for trial in trials[len(origins) :]} == set(RATES)
        assert Counter(trial.regularizer for trial in trials)["cocktail"] > 10

    def test_a_finite_cocktail_is_tried_whole_and_then_exhausted(self, mixed, sampler, search):
        study = mixed(sampler=sampler, regularizers=[L2, DROPOUT], training={"learning_rate": RATES})
        trials = search(study, 64)
        assert len(trials) == mixes_of(study) == 12
        assert len({trial.setting.key for trial in trials}) == 12
        assert next_generation(study, trials, 1000) == ()


@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_exclusions_hold_strengths_stay_inside_and_no_setting_comes_twice(mixed, search, data):
    kinds = data.draw(st.lists(st.sampled_from(KINDS), min_size=4, max_size=12, unique=True))
    kinds += [kind for kind in ("l1", "l2", "skip") if kind not in kinds]
    study = mixed(
        model={"kind": "mlp", "hidden": [8, 8]},
        regularizers=kinds,
        sampler=data.draw(st.sampled_from(SAMPLERS)),
        seed=data.draw(st.integers(0, 1000)),
        budget={"max_trials": 32},
    )
    space = Mixes.of(study)
    trials = search(study, 32)
    assert len({trial.setting.key for trial in trials}) == 32
    for trial in trials:
        on = trial.setting.kinds
        assert on.keys() <= set(kinds)
        assert not any(excluded(*pair) for pair in combinations(on, 2))
        assert not any(lacking(kind, on) for kind in on)
        assert space.holds(trial)
        assert trial.derived == study.derived(trial.setting)


def test_a_mix_of_none_or_one_is_written_as_what_it_is(mixed, search):
    study = mixed(regularizers=["l1", "l2"], sampler="random", budget={"max_trials": 60})
    trials = search(study, 60)
    assert Counter(len(trial.setting.kinds) for trial in trials if trial.regularizer == "cocktail").keys() == {2}
    assert Counter(trial.regularizer for trial in trials)["none"] == 1
    assert {trial.regularizer for trial in trials} == {"none", "l1", "l2", "cocktail"}


def test_a_grid_is_every_mix_in_an_order_of_its_own(mixed, search):
    grid = {"kind": "grid", "points": 3}
    study = mixed(sampler=grid, regularizers=["l1", L2, "ema", "swa"], budget={"max_trials": 100})
    trials = search(study, 100)
    assert mixes_of(study) == (1 + 3) * (1 + 2) * (1 + 3 + 3)
    assert len(trials) == mixes_of(study) + 3  # the defaults of l1, ema and swa are no points of the grid
    other = search(study.model_copy(update={"seed": 1}), 30)
    assert [trial.setting.key for trial in trials[:30]] != [trial.setting.key for trial in other]


def test_the_places_of_a_list_hold_every_mix_once(mixed):
    study = mixed(
        sampler={"kind": "grid", "points": 2},
        regularizers=["elastic_net", L2, DROPOUT, "ema", "swa"],
        training={"learning_rate": RATES},
    )
    listed = Listed(Mixes.of(study), 2)
    assert listed.count == mixes_of(study) == 2 * (1 + 4) * (1 + 2) * (1 + 1) * (1 + 2 + 2)
    assert len({listed.at(place).key for place in range(listed.count)}) == listed.count


def test_a_baseline_beyond_the_search_is_not_told_but_one_inside_is(mixed, trial_of):
    space = Mixes.of(mixed(regularizers=["l2", DROPOUT], training={"learning_rate": RATES}))
    inside = trial_of(regularizer="l2", strengths={"strength": 0.01}, learning_rate=1e-2)
    assert space.holds(inside)
    assert space.parameters(inside) == {
        "l2": "l2",
        "l2.strength": 0.01,
        "dropout": "off",
        "learning_rate": 1e-2,
    }
    for beyond in (
        {"regularizer": "l1", "strengths": {"strength": 0.01}},
        {"regularizer": "l2", "strengths": {"strength": 7.0}},
        {"regularizer": "dropout", "strengths": {"rate": 0.4}},
        {"regularizer": "l2", "strengths": {"strength": 0.01}, "learning_rate": 0.5},
    ):
        assert not space.holds(trial_of(**{"learning_rate": 1e-2, **beyond}))


def test_tpe_learns_which_kinds_help(study_of):
    """Score: `l1`, `l2` and `dropout` each help, four others each harm; at random half of either are on."""
    good, bad = ("l1", "l2", "dropout"), ("max_norm", "input_noise", "label_smoothing", "sam")
    study = study_of(mode="cocktail", regularizers=[*good, *bad], pruner="none", budget={"max_trials": 128})
    trials = []
    while new := next_generation(study, trials, 128):
        for one in new:
            on = one.setting.kinds.keys()
            trials.append(_ended(one, 10.0 - len(on & {*good}) + len(on & {*bad})))
    late = [trial.setting.kinds.keys() for trial in trials[-24:]]
    assert sum(len(on & {*good}) for on in late) > 0.7 * 3 * 24
    assert sum(len(on & {*bad}) for on in late) < 0.3 * 4 * 24


def _ended(new, score):
    return TrialView.model_validate(
        {
            **json.loads(new.setting.model_dump_json()),
            "number": new.number,
            "derived": new.derived,
            "origin": new.origin,
            "generation": new.generation,
            "bracket": new.bracket,
            "state": TrialState.COMPLETE,
            "failure": None,
            "score": score,
            "standard_error": 0.0,
            "rungs": [{"epochs": 50, "score": score, "folds": [score]}],
            "started_at": "2026-01-01T00:00:00Z",
            "ended_at": None,
        }
    )


class TestRungs:
    def test_kinds_alone_train_to_the_end_and_mixes_compete_by_score_alone(self, mixed, search):
        trials = search(mixed(sampler="random", budget={"max_trials": 96}), 96)
        assert all(trial.state is TrialState.COMPLETE for trial in trials if trial.origin is not Origin.SAMPLED)
        generation = [trial for trial in trials if trial.generation == 3]
        assert {trial.origin for trial in generation} == {Origin.SAMPLED}
        first = sorted(generation, key=lambda trial: (trial.rungs[0].score, trial.number))
        kept = max(1, len(generation) // 3)
        assert [trial.state for trial in first[:kept]] == [TrialState.COMPLETE] * kept
        assert {trial.state for trial in first[kept:]} == {TrialState.PRUNED}
