"""The test part: no row of it is prepared, trained on or predicted before the recommendation, and once after it."""

import pytest

from ridgeline.spec import BUILT_IN
from ridgeline.spec.final import REFIT_REPEAT
from ridgeline.store import answers
from ridgeline_worker.data import Table, parts
from ridgeline_worker.engine import task
from ridgeline_worker.training import problem


@pytest.mark.parametrize("split", ["stratified", "shuffled"])
def test_no_row_of_it_is_touched_before_the_recommendation(store, submit, carry, stored, monkeypatch, split):
    study_id = submit(
        regularizers=["none", "l2"],
        evaluation={"folds": 2, "final_repeats": 3, "split": split},
        budget={"max_trials": 8},
        training={"epochs": 2, "batch_size": 40, "learning_rate": 0.05},
    )
    study = store.studies.get(study_id).study
    split_up = parts(Table.open(stored("iris"), BUILT_IN["iris"]), study.evaluation)
    test, search = set(split_up.test.tolist()), set(split_up.search.tolist())
    happened = []
    prepare, predict, begin = problem.prepare, task.evaluate, store.finals.begin_refit

    def preparing(table, folds, wishes):
        happened.extend(("trained", set(fold.train.tolist()), set(fold.validation.tolist())) for fold in folds)
        return prepare(table, folds, wishes)

    def predicting(prepared, state, *watch, **asked):
        happened.append(("scored", {lane.evaluation.repeat for lane in state.lanes}, len(state.lanes)))
        return predict(prepared, state, *watch, **asked)

    def naming(claim, recommended):
        happened.append(("recommended", recommended["regularizer"], None))
        begin(claim, recommended)

    task._whole_problem.cache_clear()
    task._problem_of.cache_clear()
    monkeypatch.setattr(problem, "prepare", preparing)
    monkeypatch.setattr(task, "evaluate", predicting)
    monkeypatch.setattr(store.finals, "begin_refit", naming)
    carry(store)

    named = [what for what, *_ in happened].index("recommended")
    for what, train, validation in happened[:named]:
        if what == "trained":
            assert not (train | validation) & test
        else:
            assert REFIT_REPEAT not in train
    assert [step for step in happened[named:] if step[0] == "trained"] == [("trained", search, test)]
    refitted = len({happened[named][1], "none"})
    assert [step for step in happened[named:] if step[0] == "scored"] == [("scored", {REFIT_REPEAT}, refitted)]
    verdict = answers.verdict(store, study_id)
    assert verdict.recommended.regularizer == happened[named][1]
    assert store.finals.scored(study.test_part) == 1
