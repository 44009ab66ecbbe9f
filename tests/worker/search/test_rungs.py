import random
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ridgeline.spec.resolved import Rung
from ridgeline.spec.states import Origin, TrialState
from ridgeline_worker.search import decide, folds_in_turn, goal

EARLY, LATE, END = Rung(epochs=17, folds=5), Rung(epochs=15, folds=5), Rung(epochs=50, folds=5)
ONE_FOLD = Rung(epochs=50, folds=1)
BY_EPOCHS = [
    "none",
    {"kind": "median", "resource": "epochs"},
    {"kind": "successive_halving", "resource": "epochs"},
    "hyperband",
]
#: few values, so that ties are common
LOSSES = st.lists(st.sampled_from([0.1, 0.2, 0.3, 0.5, 0.9]), min_size=1, max_size=32)


@pytest.fixture(scope="session")
def generation_of(trial_of):
    """Running trials with these scores at a rung: the first of no sampler, the rest sampled."""

    def generation(scores, rung=EARLY, *, brackets=(0,), fixed=1, start=0):
        return [
            trial_of(
                number=start + place,
                origin=Origin.FIXED if place < fixed else Origin.SAMPLED,
                bracket=0 if place < fixed else brackets[place % len(brackets)],
                rungs=[{"epochs": rung.epochs, "score": score, "folds": [score] * rung.folds}],
            )
            for place, score in enumerate(scores)
        ]

    return generation


@pytest.mark.parametrize("pruner", BY_EPOCHS)
class TestEveryPruner:
    @settings(max_examples=40, deadline=None)
    @given(both=st.tuples(LOSSES, LOSSES), seed=st.integers(0, 99))
    def test_the_order_of_the_trials_is_of_no_account(self, pruner, study_of, generation_of, both, seed):
        study = study_of(pruner=pruner)
        history, generation = generation_of(both[0]), generation_of(both[1], start=len(both[0]))
        shuffled = [random.Random(seed).sample(trials, len(trials)) for trials in (generation, history)]
        assert decide(study, shuffled[0], EARLY, shuffled[1]) == decide(study, generation, EARLY, history)

    @settings(max_examples=40, deadline=None)
    @given(scores=LOSSES)
    def test_fixed_trials_and_the_best_of_the_generation_go_on(self, pruner, study_of, generation_of, scores):
        study = study_of(pruner=pruner)
        fixed = decide(study, generation_of(scores, fixed=len(scores)), EARLY, ())
        assert set(fixed.values()) <= {TrialState.RUNNING}
        states = decide(study, generation_of(scores, fixed=0), EARLY, ())
        assert set(states) == (set() if pruner == "none" else set(range(len(scores))))
        assert states.get(scores.index(min(scores)), TrialState.RUNNING) is TrialState.RUNNING

    def test_all_are_complete_at_the_last_rung(self, pruner, study_of, generation_of):
        trials = generation_of([1.0, 2.0, 3.0], END)
        assert decide(study_of(pruner=pruner), trials, END, ()) == dict.fromkeys(range(3), TrialState.COMPLETE)

    def test_trials_without_a_score_or_ended_are_not_decided_on(self, pruner, study_of, generation_of):
        trials = generation_of([0.1, 0.2, 0.3, 0.4], fixed=0)
        trials[1] = trials[1].model_copy(update={"rungs": ()})
        trials[2] = trials[2].model_copy(update={"state": TrialState.PRUNED})
        study = study_of(pruner=pruner)
        first = study.plan.rungs[0]
        assert set(decide(study, trials, first, ())) == (set() if first == END else {0, 3})


class TestMedian:
    @settings(max_examples=60, deadline=None)
    @given(scores=LOSSES, past=LOSSES)
    def test_only_what_is_worse_than_the_median_of_all_is_pruned(self, study_of, generation_of, scores, past):
        generation = generation_of(scores, start=len(past))
        states = decide(
            study_of(pruner={"kind": "median", "resource": "epochs"}), generation, EARLY, generation_of(past)
        )
        middle = median(scores + past)
        for trial in generation[1:]:
            pruned = trial.rungs[0].score > middle
            assert states[trial.number] is (TrialState.PRUNED if pruned else TrialState.RUNNING)

    def test_high_scores_are_good_for_a_metric_to_maximize(self, study_of, generation_of):
        study = study_of(pruner={"kind": "median", "resource": "epochs"}, objective={"metric": "accuracy"})
        states = decide(study, generation_of([0.7, 0.8, 0.9], fixed=0), EARLY, ())
        assert [number for number, state in states.items() if state is TrialState.PRUNED] == [0]


class TestHalving:
    @settings(max_examples=60, deadline=None)
    @given(scores=LOSSES, factor=st.integers(2, 10))
    def test_it_keeps_one_in_so_many_and_ties_go_to_the_lower_number(self, study_of, generation_of, scores, factor):
        study = study_of(pruner={"kind": "successive_halving", "reduction_factor": factor, "resource": "epochs"})
        states = decide(study, generation_of(scores, fixed=0), EARLY, ())
        kept = [number for number, state in states.items() if state is TrialState.RUNNING]
        ranked = sorted(range(len(scores)), key=lambda number: (scores[number], number))
        assert kept == sorted(ranked[: max(1, len(scores) // factor)])

    def test_the_best_of_each_kind_is_kept_first_as_long_as_there_is_room(self, study_of, generation_of):
        kinds = ["l2", "l2", "l2", "l1", "l1", "dropout", "dropout", "dropout", "dropout"]
        scores = [0.1, 0.2, 0.3, 0.5, 0.4, 0.9, 0.8, 0.8, 0.7]
        trials = [
            trial.model_copy(update={"regularizer": kind})
            for trial, kind in zip(generation_of(scores, fixed=0), kinds, strict=True)
        ]

        def kept(factor):
            study = study_of(pruner={"kind": "successive_halving", "reduction_factor": factor, "resource": "epochs"})
            return [number for number, state in decide(study, trials, EARLY, ()).items() if state is TrialState.RUNNING]

        assert kept(2) == [0, 1, 4, 8]
        assert kept(3) == [0, 4, 8]
        assert kept(4) == [0, 4]

    def test_hyperband_compares_inside_each_bracket(self, study_of, generation_of):
        study = study_of(pruner={"kind": "hyperband", "first_rung": 5})
        assert [len(bracket.rungs) for bracket in study.plan.brackets] == [4, 3, 2, 1]
        scores = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
        states = decide(study, generation_of(scores, LATE, brackets=(0, 1, 2), fixed=0), LATE, ())
        assert {number for number, state in states.items() if state is TrialState.RUNNING} == {0, 1}
        assert set(states) == {0, 1, 3, 4, 6, 7}


class TestByFolds:
    def test_what_competes_is_compared_on_its_first_fold(self, study_of, generation_of):
        study = study_of()
        assert study.plan.rungs == (ONE_FOLD, END)
        states = decide(study, generation_of([0.5, 0.1, 0.2, 0.3], ONE_FOLD, fixed=0), ONE_FOLD, ())
        assert [number for number, state in states.items() if state is TrialState.RUNNING] == [1]

    def test_what_does_not_compete_has_all_folds_at_once_and_is_complete(self, study_of, generation_of):
        study = study_of()
        (fixed,) = generation_of([0.9], END)
        sampled = generation_of([0.1, 0.2, 0.3], ONE_FOLD, fixed=0, start=1)
        assert [goal(study, trial, ONE_FOLD) for trial in (fixed, *sampled)] == [END, *[ONE_FOLD] * 3]
        assert {goal(study, trial, END) for trial in (fixed, *sampled)} == {END}
        states = decide(study, [fixed, *sampled], ONE_FOLD, ())
        assert states == {0: TrialState.COMPLETE, 1: TrialState.RUNNING, 2: TrialState.PRUNED, 3: TrialState.PRUNED}

    def test_each_generation_begins_with_other_folds(self, study_of):
        study = study_of(pruner={"kind": "successive_halving", "first_rung": 2})
        assert [folds_in_turn(study, generation) for generation in range(4)] == [
            (0, 1, 2, 3, 4),
            (2, 3, 4, 0, 1),
            (4, 0, 1, 2, 3),
            (1, 2, 3, 4, 0),
        ]
        by_epochs = study_of(pruner={"kind": "successive_halving", "resource": "epochs"})
        assert folds_in_turn(by_epochs, 3) == (0, 1, 2, 3, 4)

    def test_scores_on_other_folds_are_compared_by_what_is_expected_on_all(self, study_of, generation_of):
        study = study_of(pruner="median")
        past = [
            trial.model_copy(update={"rungs": (trial.rungs[0].model_copy(update={"expected": 0.5}),)})
            for trial in generation_of([0.1] * 3, ONE_FOLD, fixed=0)
        ]
        states = decide(study, generation_of([0.4, 0.45, 0.6], ONE_FOLD, fixed=0, start=3), ONE_FOLD, past)
        assert [number for number, state in states.items() if state is TrialState.PRUNED] == [5]

    def test_the_median_is_of_trials_with_as_many_folds(self, study_of, generation_of):
        study = study_of(pruner="median")
        past = generation_of([0.1] * 5, Rung(epochs=50, folds=2), fixed=0)
        states = decide(study, generation_of([0.5, 0.6, 0.7], ONE_FOLD, fixed=0, start=5), ONE_FOLD, past)
        assert [number for number, state in states.items() if state is TrialState.PRUNED] == [7]
