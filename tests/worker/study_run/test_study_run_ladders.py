"""Ladders follow the final, go on beyond a range that is too narrow, and are left out where the answer is wanted."""

import shutil
import sqlite3
from contextlib import closing
from functools import partial
from threading import Event

import numpy as np
import pyarrow as pa
import pytest

from ridgeline import tables
from ridgeline.spec import StudySpec, resolve
from ridgeline.spec.datasets import NamedDataset, Source
from ridgeline.spec.facts import facts_of, roles_of, task_of
from ridgeline.spec.final import REFIT_REPEAT
from ridgeline.spec.ladders import FIRST_LADDER_REPEAT
from ridgeline.spec.sources import KeptData
from ridgeline.spec.states import Action, EndReason, Phase, StudyState
from ridgeline.spec.views.verdict import WarningCode
from ridgeline.store import Store, answers
from ridgeline_worker.engine import InlineEngine, task

LOW, HIGH = 0.03, 0.4
ASKED = {
    "dataset": "kept",
    "model": "linear",
    "regularizers": ["none", {"kind": "l2", "strength": {"low": LOW, "high": HIGH, "log": True}}],
    "objective": {"metric": "rmse"},
    "evaluation": {"folds": 5, "final_repeats": 3},
    "training": {"epochs": 20, "batch_size": 60, "learning_rate": 0.1},
    "sampler": "random",
    "pruner": "none",
    "budget": {"max_trials": 24},
}
"""Room for none and one ladder of 8 strengths, and for 3 beyond."""


class Spy(InlineEngine):
    """Remembers the lanes that were trained, and does something before one of the segments of ladders.

    The first stage has five, one of each fold; the second has one.
    """

    def __init__(self, segment=None, then=None):
        self.lanes, self._left, self._then = [], segment, then

    def submit(self, asked, *arguments):
        prepared = getattr(arguments[0], "prepared", None) if asked is task.train else None
        if prepared is not None and prepared[0].repeat == FIRST_LADDER_REPEAT and self._then is not None:
            self._left -= 1
            if self._left < 0:
                then, self._then = self._then, None
                then()
        done = super().submit(asked, *arguments)
        if asked is task.train and arguments[0].score:
            self.lanes += done.result().state.lanes
        return done

    @property
    def climbed(self):
        """Lanes of ladders."""
        return [lane for lane in self.lanes if lane.evaluation.repeat == FIRST_LADDER_REPEAT]


class Killed(BaseException):
    """The worker is gone at once."""


def kill():
    raise Killed


@pytest.fixture(scope="module")
def ridge(tmp_path_factory):
    """A table on which the best penalty is known to be strong, and its facts.

    Of 51 training rows with 30 columns, the expected risk of ridge is least at alpha = noise^2 / weight^2 = 100, which
    is a strength of 2.
    """
    draw = np.random.default_rng(2)
    rows = draw.normal(size=(80, 30))
    y = rows @ (0.3 * draw.normal(size=30)) + 3.0 * draw.normal(size=80)
    columns = pa.table({f"x{place}": rows[:, place] for place in range(30)} | {"y": y})
    path = tmp_path_factory.mktemp("ridge") / "table.parquet"
    dataset = tables.keep(columns, path, tables.Limits(), dataset_id="f" * 64, source=Source.UPLOAD)
    roles = roles_of(
        KeptData(id="kept", target="y"), NamedDataset(name="kept", created_at="2026-01-01T00:00:00Z", dataset=dataset)
    )
    of = task_of(None, roles, dataset)
    return path, dataset, facts_of("kept", dataset, roles, of, tables.count(path, dataset, roles, of))


@pytest.fixture(scope="module")
def climb(ridge, carry):
    """Carry the study that is due as far as it goes."""
    return lambda store, engine=None, leaving=None: carry(store, engine, leaving, locate=lambda _: ridge[0])


@pytest.fixture(scope="module")
def before(new_data_dir, ridge, climb):
    """A data folder with a study whose final is done and whose ladders are to come, and its id."""
    data_dir, leaving = new_data_dir(), Event()
    spec = StudySpec.model_validate(ASKED)
    with pytest.MonkeyPatch.context() as patch, Store.open(data_dir) as store:
        patch.setattr("ridgeline.spec.plan.MAX_COHORT_LANES", 16)  # a ladder on one fold
        store.datasets.add(ridge[1], "kept")
        study_id = store.studies.submit(spec, resolve(spec, ridge[2]))[0].id
        climb(store, Spy(0, leaving.set), leaving)
        assert store.studies.get(study_id).state is StudyState.QUEUED
    return data_dir, study_id


@pytest.fixture
def due(before, tmp_path):
    """The same in a folder of its own: where it is, and a store of it."""
    data_dir = shutil.copytree(before[0], tmp_path / "data")
    with Store.open(data_dir) as store:
        yield data_dir, store


def found(store, study_id):
    return answers.curve(store, study_id, "l2"), answers.verdict(store, study_id)


@pytest.fixture(scope="module")
def straight(before, climb, tmp_path_factory):
    """What the study finds when nothing happens to it: curve, verdict, view, lanes and stages."""
    data_dir = shutil.copytree(before[0], tmp_path_factory.mktemp("straight") / "data")
    with Store.open(data_dir) as store:
        spy = Spy()
        climb(store, spy)
        events = store.events.after(0, study_id=before[1])
        stages = [event.data["stage"] for event in events if event.type == "final.stage_ended"]
        return *found(store, before[1]), store.studies.get(before[1]), spy, stages


def test_all_strengths_and_none_share_fresh_folds(straight):
    curve, _, _, spy, _ = straight
    folds, strengths = {}, {}
    for lane in spy.climbed:
        folds.setdefault(lane.trial, set()).add(lane.evaluation.fold)
        strengths[lane.trial] = lane.regularizers.get("l2", {}).get("strength")
    assert all(own == set(range(5)) for own in folds.values())
    told = [point.strengths["strength"] for point in curve.points if point.trial is None]
    assert sorted(value for value in strengths.values() if value is not None) == told
    assert list(strengths.values()).count(None) == 1


def test_it_goes_on_beyond_a_range_that_is_too_narrow_and_finds_the_best_there(straight):
    curve, verdict, _, _, stages = straight
    ladder = [point.strengths["strength"] for point in curve.points if point.trial is None]
    assert np.array(ladder[1:]) / ladder[:-1] == pytest.approx((HIGH / LOW) ** (1 / 7))
    assert (ladder[0], ladder[7], len(ladder)) == (LOW, HIGH, 11)
    assert stages == ["final", "ladders", "ladders_2"]  # there is room for all without screening
    assert curve.boundary is None
    assert HIGH < curve.best.strengths["strength"] < ladder[-1]
    assert curve.plateau.low <= curve.best.strengths["strength"] <= curve.plateau.high
    assert curve.none.difference_to_best > 1.0
    assert not curve.none.in_plateau
    assert "went on by itself" in curve.statement
    (warned,) = (each.text for each in verdict.warnings if each.code is WarningCode.BOUNDARY_OPTIMUM)
    assert "beyond what was searched" in warned
    assert verdict.ladder.statement == curve.statement


def test_progress_counts_ladders_and_comes_to_its_end(straight):
    _, _, study, spy, _ = straight
    assert study.state is StudyState.COMPLETED
    assert study.final.evaluations == study.final.evaluations_done
    assert study.final.ladders == len(spy.climbed) == 12 * 5


@pytest.mark.parametrize(("how", "segment", "again"), [("paused", 4, 3), ("killed", 5, 3)])
def test_an_interruption_changes_nothing(due, before, climb, straight, how, segment, again):
    (data_dir, store), study_id = due, before[1]
    pausing = partial(store.studies.act, study_id, Action.PAUSE)
    happens = {"killed": kill, "paused": pausing}
    spy = Spy(segment, happens[how])
    if how == "killed":
        with pytest.raises(Killed):
            climb(store, spy)
        with closing(sqlite3.connect(data_dir / "ridgeline.db")) as database, database:
            database.execute("UPDATE studies SET lease_until = 0")
    else:
        climb(store, spy)
    assert store.studies.get(study_id).state is not StudyState.COMPLETED
    if how == "paused":
        store.studies.act(study_id, Action.RESUME)
    spy = Spy()
    with Store.open(data_dir) as reopened:
        climb(reopened, spy)
    assert {lane.evaluation.repeat for lane in spy.lanes} == {FIRST_LADDER_REPEAT, REFIT_REPEAT}
    assert len({lane.trial for lane in spy.climbed}) == again  # a stage that was stored is not trained again
    assert found(store, study_id) == straight[:2]


@pytest.mark.parametrize(("segment", "strengths"), [(1, 0), (4, 8)])
def test_stop_leaves_out_what_is_not_stored(due, before, climb, straight, segment, strengths):
    (_, store), study_id = due, before[1]
    climb(store, Spy(segment, lambda: store.studies.act(study_id, Action.STOP)))
    study, (curve, verdict) = store.studies.get(study_id), found(store, study_id)
    assert (study.state, study.reason) == (StudyState.STOPPED, EndReason.STOP)
    assert study.final.evaluations == study.final.evaluations_done
    assert study.final.ladders == (5 * (1 + strengths) if strengths else 0)
    assert sum(point.trial is None for point in curve.points) == strengths
    assert verdict.recommended == straight[1].recommended
    assert (verdict.ladder is None) == (strengths == 0)
    if not strengths:
        assert curve.statement == "The study was stopped before a ladder of strengths was trained."


def test_spent_time_leaves_them_out(due, before, climb):
    (data_dir, store), study_id = due, before[1]
    with closing(sqlite3.connect(data_dir / "ridgeline.db")) as database, database:
        database.execute("UPDATE studies SET resolved = json_set(resolved, '$.budget.max_seconds', 1e-9)")
    spy = Spy()
    climb(store, spy)
    assert (spy.climbed, store.studies.get(study_id).state) == ([], StudyState.COMPLETED)
    assert answers.curve(store, study_id, "l2").best is None


def test_a_raised_budget_forgets_them(due, before, climb):
    (_, store), study_id = due, before[1]
    climb(store, Spy(4, lambda: store.studies.extend(study_id, 25)))
    study = store.studies.get(study_id)
    assert (study.state, study.phase) == (StudyState.QUEUED, Phase.SEARCH)
    assert store.finals.stages(study_id) == {}
    assert answers.curve(store, study_id, "l2").strength is None
