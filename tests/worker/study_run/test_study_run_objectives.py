"""A study with a second objective and constraints: searched by the first, judged by all."""

import sqlite3
from contextlib import closing
from threading import Event

import pytest

from ridgeline.spec.measures import Measure
from ridgeline.spec.states import Phase
from ridgeline.spec.views.objectives import Kept
from ridgeline.spec.views.verdict import WarningCode
from ridgeline.store import Store, answers
from ridgeline_worker.engine import InlineEngine, task

ASKED = {
    "regularizers": ["none", {"kind": "l1", "strength": 0.2}],
    "training": {"epochs": 6, "batch_size": 16, "learning_rate": 0.01},
    "evaluation": {"folds": 2, "final_repeats": 3},
    "budget": {"max_trials": 2},
}
TIMED = {"second": "sparsity", "constraints": ["training_seconds <= 1000"]}


class Counting(InlineEngine):
    """Counts what is asked for, and does something before one task of a name."""

    def __init__(self, name=None, then=None):
        self.asked, self._name, self._then = [], name, then

    def submit(self, asked, *arguments):
        if asked.__name__ == self._name:
            then, self._name = self._then, None
            then()
        self.asked.append(asked)
        return super().submit(asked, *arguments)


class Killed(BaseException):
    """The worker is gone at once."""


def kill():
    raise Killed


@pytest.fixture(autouse=True)
def short_timings(monkeypatch):
    monkeypatch.setattr("ridgeline_worker.training.timing.TIMING_SECONDS", 0.01)


@pytest.fixture(scope="module")
def store_of_all(new_data_dir):
    with Store.open(new_data_dir()) as store:
        yield store


@pytest.fixture(scope="module")
def found_before():
    return {}


@pytest.fixture
def verdict_of(store_of_all, submit_to, carry, found_before):
    """The verdict of a study with this objective, which is carried once."""

    def verdict(**objective):
        found = found_before.get(str(objective))
        if found is None:
            study_id = submit_to(store_of_all, **ASKED, objective=objective)
            carry(store_of_all)
            found = found_before[str(objective)] = answers.verdict(store_of_all, study_id)
        return found

    return verdict


def by_kind(verdict):
    return {one.setting.regularizer: one for one in verdict.contenders if one.setting is not None}


def measure(one, name):
    return next(each for each in one.measures if each.measure is name)


def test_sparsity_rises_under_l1_and_the_front_has_none_and_l1(verdict_of):
    verdict = verdict_of(**TIMED)
    none, l1 = (by_kind(verdict)[kind] for kind in ("none", "l1"))
    assert measure(none, Measure.SPARSITY).value == 0.0
    assert measure(l1, Measure.SPARSITY).interval.low > 0.05
    first, last = verdict.objectives.front
    assert (first.regularizer, last.regularizer) == ("none", "l1")
    assert (first.score, last.score) == (none.score, l1.score)
    assert first.interval.low < first.score < first.interval.high
    assert (first.second, last.second) == (measure(none, Measure.SPARSITY), measure(l1, Measure.SPARSITY))
    assert verdict.recommended.regularizer == "none"  # the second objective never changes it


def test_seconds_are_of_each_contender_alone_and_told_with_their_noise(verdict_of):
    verdict = verdict_of(**TIMED)
    for one in by_kind(verdict).values():
        seconds = measure(one, Measure.TRAINING_SECONDS)
        assert 0 < seconds.interval.low <= seconds.value <= seconds.interval.high
        assert [each.kept for each in one.constraints] == [Kept.HOLDS]
    assert verdict.objectives.timing_spread > 0
    assert "each setting alone on this machine" in verdict.objectives.statement


def test_what_is_recommended_keeps_the_constraints_and_is_what_is_refitted(verdict_of):
    verdict = verdict_of(constraints=["sparsity >= 0.05"])
    assert verdict.recommended.regularizer == "l1"
    assert verdict.objectives.keeping == verdict.tie_set == (verdict.recommended.number,)
    assert verdict.recommended.test.recommended != verdict.recommended.test.none
    kept = {kind: one.constraints[0].kept for kind, one in by_kind(verdict).items()}
    assert kept == {"none": Kept.FAILS, "l1": Kept.HOLDS}
    assert "the only setting that is shown to keep sparsity >= 0.05" in verdict.paragraph


def test_search_and_scores_do_not_depend_on_them(verdict_of, store_of_all):
    plain = verdict_of()
    assert plain.objectives is None
    assert all(not one.measures and not one.constraints for one in plain.contenders)
    for other in (verdict_of(**TIMED), verdict_of(constraints=["sparsity >= 0.05"])):
        trials = [
            [(trial.setting, trial.score, trial.rungs) for trial in store_of_all.trials.of(each.study_id)]
            for each in (plain, other)
        ]
        assert trials[0] == trials[1]
        assert [one.score for one in plain.contenders] == [one.score for one in other.contenders]


@pytest.mark.parametrize("how", ["killed", "sent away"])
def test_an_interruption_before_the_clock_starts_trains_nothing_again(store, data_dir, submit, carry, verdict_of, how):
    study_id, leaving = submit(**ASKED, objective=TIMED), Event()
    if how == "killed":
        with pytest.raises(Killed):
            carry(store, Counting("time_alone", kill))
        with closing(sqlite3.connect(data_dir / "ridgeline.db")) as database, database:
            database.execute("UPDATE studies SET lease_until = 0")
    else:
        carry(store, Counting("time_alone", leaving.set), leaving)
    assert store.studies.get(study_id).phase is Phase.FINAL
    again = Counting()
    with Store.open(data_dir) as reopened:
        carry(reopened, again)
    assert again.asked.count(task.time_alone) == (2 if how == "killed" else 1)
    assert again.asked.count(task.train) == 1  # the refit
    found, expected = answers.verdict(store, study_id), verdict_of(**TIMED)
    assert found.objectives.front == expected.objectives.front
    assert found.recommended == expected.recommended


def test_what_cannot_be_timed_or_kept_is_told_and_the_study_ends(store, submit, carry, monkeypatch):
    asked = {"second": "training_seconds", "constraints": ["accuracy >= 1", "training_seconds <= 9"]}
    study_id = submit(**ASKED, objective=asked)
    monkeypatch.setattr(task.training, "training_seconds", lambda *_: 1 / 0)
    carry(store)
    verdict = answers.verdict(store, study_id)
    assert (verdict.objectives.keeping, verdict.objectives.are_obeyed, verdict.objectives.front) == ((), False, ())
    assert verdict.recommended.regularizer == "none"
    assert {one.constraints[1].kept for one in by_kind(verdict).values()} == {Kept.NOT_SHOWN}
    assert WarningCode.CONSTRAINTS_NOT_MET in {told.code for told in verdict.warnings}
    assert "none of 2 settings is shown to keep accuracy >= 1 and training_seconds <= 9" in verdict.objectives.statement
