"""Of a large table a process prepares one evaluation at a time; what a study finds stays the same."""

import pytest

from ridgeline.spec.states import EndReason, StudyState
from ridgeline_worker.engine import InlineEngine, task

ASKED = {
    "evaluation": {"folds": 3, "repeats": 2},
    "training": {"epochs": 4, "batch_size": 30},
    "pruner": {"kind": "successive_halving", "resource": "epochs", "first_rung": 2},
}


@pytest.fixture
def large(submit, monkeypatch):
    """Queue a study whose table is taken for large."""

    def queue(**asked):
        with monkeypatch.context() as patch:
            patch.setattr("ridgeline.spec.plan.PREPARED_NUMBERS", 0)
            return submit(**ASKED | asked)

    return queue


class Watching(InlineEngine):
    """Remembers the evaluations of each segment, one after another."""

    def __init__(self):
        self.evaluations = []

    def submit(self, asked, *arguments):
        done = super().submit(asked, *arguments)
        if asked is task.train:
            self.evaluations.append({lane.evaluation for lane in done.result().state.lanes})
        return done


def test_each_segment_is_of_one_evaluation_and_each_evaluation_is_prepared_once_a_rung(store, large, carry):
    study_id = large()
    engine = Watching()
    task._problem_of.cache_clear()
    carry(store, engine)
    assert store.studies.get(study_id).state is StudyState.COMPLETED
    assert {len(evaluations) for evaluations in engine.evaluations} == {1}
    generations = len({trial.generation for trial in store.trials.of(study_id)})
    assert task._problem_of.cache_info().misses <= 6 * 2 * generations


def test_scores_are_those_of_a_small_table_but_for_the_last_places(store, submit, large, carry):
    asked = {"pruner": "none", "sampler": "random"}
    one, other = large(**asked), submit(**ASKED | asked)
    carry(store)
    carry(store)
    for trial, same in zip(store.trials.of(one), store.trials.of(other), strict=True):
        assert trial.strengths == same.strengths
        assert trial.rungs[-1].folds == pytest.approx(same.rungs[-1].folds, rel=1e-4)


def test_scores_do_not_depend_on_the_number_of_processes(store, large, carry, story, cluster):
    few = {"budget": {"max_trials": 8}}
    inline, processes = large(**few), large(**few)
    carry(store)
    carry(store, cluster)
    assert story(store, inline) == story(store, processes)


def test_a_study_that_cannot_be_scored_fails_before_its_first_trial(store, submit, carry, tmp_path, monkeypatch):
    study_id = submit(evaluation={"folds": 2, "split": "shuffled"}, objective={"metric": "roc_auc"})
    monkeypatch.setattr("ridgeline_worker.training.scorable.undefined", lambda *_: "rows of 1 of 3 classes only")
    carry(store)
    study = store.studies.get(study_id)
    assert (study.state, study.reason, study.trials.started) == (StudyState.FAILED, EndReason.ERROR, 0)
    assert "roc_auc is not on fold 1 of repeat 1, which has rows of 1 of 3 classes only" in study.detail
