import json
import math
import os
import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ridgeline.spec.states import Origin, TrialState
from ridgeline.spec.views import TrialView
from ridgeline_worker.search import next_generation

SAMPLERS = ("tpe", "random", "qmc", "gp", "grid")
L2 = {"kind": "l2", "strength": {"low": 1e-6, "high": 1.0, "log": True}}
RATES = [1e-3, 1e-2]


def key(trial):
    return trial.regularizer, tuple(sorted(trial.strengths.items())), trial.learning_rate


@pytest.mark.parametrize("sampler", SAMPLERS)
class TestEverySampler:
    @pytest.fixture
    def study(self, study_of, sampler):
        return study_of(
            sampler={"kind": "grid", "points": 7} if sampler == "grid" else sampler,
            regularizers=[L2, "elastic_net"],
            pruner="hyperband",
            budget={"max_trials": 32 if sampler == "gp" else 64},
        )

    def test_a_restart_after_every_generation_changes_nothing(self, study, sampler, train):
        trials, stored = [], []
        while new := next_generation(study, trials, study.budget.max_trials):
            after_restart = [TrialView.model_validate_json(text) for text in stored]
            assert next_generation(study, after_restart, study.budget.max_trials) == new
            trials += train(study, new, trials)
            stored = [trial.model_dump_json() for trial in trials]
        assert len({trial.generation for trial in trials}) > 2

    def test_the_budget_is_spent_and_no_setting_comes_twice(self, study, sampler, search):
        trials = search(study, study.budget.max_trials)
        grid = 1 + 7 + 49
        assert len(trials) == (grid if sampler == "grid" else study.budget.max_trials)
        assert [trial.number for trial in trials] == list(range(len(trials)))
        assert len({key(trial) for trial in trials}) == len(trials)

    def test_strengths_stay_in_their_ranges(self, study, sampler, search):
        for trial in search(study, 24):
            match trial.regularizer:
                case "l2":
                    assert 1e-6 <= trial.strengths["strength"] <= 1
                case "elastic_net":
                    assert 1e-6 <= trial.strengths["strength"] <= 0.1
                    assert 0.05 <= trial.strengths["l1_ratio"] <= 0.95

    def test_a_larger_budget_goes_on_where_the_search_stopped(self, study, sampler, search):
        before = search(study, 19)
        after = search(study, 30, before)
        assert after[:19] == before
        assert len({key(trial) for trial in after}) == len(after) == 30

    def test_another_seed_gives_other_settings(self, study, sampler, search):
        other = study.model_copy(update={"seed": study.seed + 1})
        ours, theirs = ({key(trial) for trial in search(one, 20)} for one in (study, other))
        assert ours != theirs

    def test_a_list_is_enumerated_once_and_then_exhausted(self, study_of, sampler, search):
        study = study_of(
            sampler=sampler,
            regularizers=[{"kind": "l2", "strength": [0.1, 0.01, 0.001]}, {"kind": "dropout", "rate": [0.2, 0.5]}],
            training={"learning_rate": RATES},
            budget={"max_trials": 64},
        )
        trials = search(study, 64)
        assert Counter(trial.regularizer for trial in trials) == {"none": 2, "l2": 6, "dropout": 4}
        assert len({key(trial) for trial in trials}) == 12
        assert next_generation(study, trials, 1000) == ()

    def test_several_learning_rates_are_searched_inside_each_kind(self, study_of, sampler, search):
        study = study_of(
            sampler=sampler, regularizers=[L2], training={"learning_rate": RATES}, budget={"max_trials": 18}
        )
        trials = search(study, 18)
        assert [trial.learning_rate for trial in trials if trial.regularizer == "none"] == RATES
        assert {trial.learning_rate for trial in trials if trial.regularizer == "l2"} == set(RATES)


@pytest.mark.parametrize("sampler", ["tpe", "random", "qmc", "grid"])
def test_another_process_with_another_hash_seed_asks_the_same(sampler, study_of, search):
    study = study_of(sampler=sampler, budget={"max_trials": 64})
    trials = search(study, 32)
    script = (
        "import sys, json\n"
        "from ridgeline.spec import ResolvedStudy\n"
        "from ridgeline.spec.views import TrialView\n"
        "from ridgeline_worker.search import next_generation\n"
        "study, *trials = sys.stdin.read().splitlines()\n"
        "trials = [TrialView.model_validate_json(line) for line in trials]\n"
        "new = next_generation(ResolvedStudy.model_validate_json(study), trials, 64)\n"
        "print(json.dumps([one.setting.key for one in new]))\n"
    )
    lines = "\n".join([study.model_dump_json(), *(trial.model_dump_json() for trial in trials)])
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    told = subprocess.run(
        [sys.executable, "-c", script], input=lines, capture_output=True, text=True, check=True, env=environment
    )
    assert [one.setting.key for one in next_generation(study, trials, 64)] == json.loads(told.stdout)


class TestOrder:
    def test_none_then_baseline_then_fixed_kinds_then_sampled_ones(self, study_of):
        study = study_of(
            regularizers=[{"kind": "dropout", "rate": 0.5}, L2, "none"],
            baseline={"kind": "weight_decay", "tau": 40},
            training={"learning_rate": RATES},
            budget={"max_trials": 32},
        )
        new = next_generation(study, [], 32)
        assert [(one.origin, one.setting.regularizer, one.setting.learning_rate) for one in new[:6]] == [
            (origin, kind, rate)
            for origin, kind in (("none", "none"), ("baseline", "weight_decay"), ("fixed", "dropout"))
            for rate in RATES
        ]
        assert {one.origin for one in new[6:]} == {Origin.SAMPLED}
        assert [one.number for one in new] == list(range(8))

    def test_fixed_trials_may_fill_several_generations(self, study_of, search):
        study = study_of(
            regularizers=[L2], training={"learning_rate": [i / 1000 for i in range(1, 13)]}, budget={"max_trials": 16}
        )
        assert study.plan.generation_trials == 8
        trials = search(study, 16)
        assert [trial.origin for trial in trials] == [Origin.NONE] * 12 + [Origin.SAMPLED] * 4
        assert [trial.generation for trial in trials] == [0] * 8 + [1] * 8

    def test_a_baseline_that_is_also_asked_for_is_trained_once(self, study_of, search):
        study = study_of(
            regularizers=[{"kind": "dropout", "rate": 0.5}, {"kind": "l2", "strength": [0.1, 0.01]}],
            baseline={"kind": "dropout", "rate": 0.5},
            budget={"max_trials": 32},
        )
        assert Counter(trial.origin for trial in search(study, 32)) == {"none": 1, "baseline": 1, "sampled": 2}

    def test_a_grid_passes_over_the_baseline(self, study_of, search):
        study = study_of(
            regularizers=[{"kind": "l2", "strength": [0.1, 0.01, 0.001]}],
            baseline={"kind": "l2", "strength": 0.01},
            budget={"max_trials": 32},
        )
        assert sorted(trial.strengths["strength"] for trial in search(study, 32)[1:]) == [0.001, 0.01, 0.1]

    def test_kinds_take_turns(self, study_of):
        new = next_generation(study_of(), [], 128)
        kinds = [one.setting.regularizer for one in new[1:]]
        assert sorted(kinds[:5]) == ["dropout", "elastic_net", "l1", "l2", "weight_decay"]

    def test_weight_decay_carries_its_rate(self, study_of):
        study = study_of(regularizers=["weight_decay"], budget={"max_trials": 8})
        decays = [one for one in next_generation(study, [], 8) if one.setting.regularizer == "weight_decay"]
        assert decays
        assert all(one.derived == study.derived(one.setting) for one in decays)


class TestBudget:
    @settings(max_examples=25, deadline=None)
    @given(max_trials=st.integers(6, 90), more=st.integers(0, 40))
    def test_it_is_never_exceeded_and_always_reached(self, study_of, search, max_trials, more):
        study = study_of(sampler="random", budget={"max_trials": max_trials})
        before = search(study, max_trials)
        after = search(study, max_trials + more, before)
        assert (len(before), len(after)) == (max_trials, max_trials + more)
        assert len({key(trial) for trial in after}) == len(after)

    def test_every_kind_gets_a_trial_of_the_smallest_budget(self, study_of, search):
        study = study_of(budget={"max_trials": 6})
        assert {trial.regularizer for trial in search(study, 6)} == {one.kind for one in study.regularizers}

    def test_what_an_exhausted_kind_leaves_goes_to_the_others(self, study_of, search):
        study = study_of(regularizers=[L2, {"kind": "dropout", "rate": [0.2, 0.5]}], budget={"max_trials": 40})
        assert Counter(trial.regularizer for trial in search(study, 40)) == {"none": 1, "l2": 37, "dropout": 2}

    def test_trials_that_gave_no_score_are_not_asked_again(self, study_of, train):
        study = study_of(regularizers=[{"kind": "l2", "strength": [0.1, 0.01, 0.001]}], budget={"max_trials": 8})
        trials = train(study, next_generation(study, [], 3), [])
        stopped = [trial.model_copy(update={"state": TrialState.STOPPED, "score": None}) for trial in trials]
        again = next_generation(study, stopped, 8)
        assert len(again) == 1
        assert {key(trial) for trial in stopped}.isdisjoint(
            {
                (one.setting.regularizer, tuple(one.setting.strengths.items()), one.setting.learning_rate)
                for one in again
            }
        )


class TestSequences:
    def test_a_grid_has_both_ends_and_even_steps(self, study_of, search):
        study = study_of(sampler={"kind": "grid", "points": 7}, regularizers=[L2, "dropout"], budget={"max_trials": 64})
        trials = search(study, 64)
        strengths = sorted(trial.strengths["strength"] for trial in trials if trial.regularizer == "l2")
        rates = sorted(trial.strengths["rate"] for trial in trials if trial.regularizer == "dropout")
        assert (strengths[0], strengths[-1]) == (1e-6, 1.0)
        assert strengths == pytest.approx([10.0**power for power in range(-6, 1)])
        assert rates == pytest.approx([0.02 + 0.13 * step for step in range(7)])

    def test_qmc_keeps_its_sequence_across_generations(self, study_of, search):
        study = study_of(sampler="qmc", regularizers=[L2], pruner="none", budget={"max_trials": 33})
        trials = search(study, 33)
        places = [math.log10(trial.strengths["strength"]) / 6 + 1 for trial in trials[1:]]
        assert len({trial.generation for trial in trials}) > 2
        assert sorted(math.floor(place * 32) for place in places) == list(range(32))

    def test_tpe_learns(self, study_of, search):
        study = study_of(regularizers=[L2], pruner="none", budget={"max_trials": 65})
        distances = [abs(math.log10(trial.strengths["strength"]) + 3) for trial in search(study, 65)[1:]]
        assert sum(distances[-24:]) < sum(distances[:24]) / 2

    def test_trials_are_dealt_to_brackets_in_proportion(self, study_of, search):
        study = study_of(sampler="random", pruner="hyperband", budget={"max_trials": 128})
        trials = search(study, 128)
        assert [bracket.share for bracket in study.plan.brackets] == [3, 2]
        assert {trial.bracket for trial in trials if trial.origin is not Origin.SAMPLED} == {0}
        for kind in ("l1", "l2", "dropout"):
            dealt = Counter(trial.bracket for trial in trials if trial.regularizer == kind)
            assert abs(dealt[0] - 0.6 * dealt.total()) <= 1
