"""What a user may ask of a study in each state, exhaustively."""

import pytest

from ridgeline.errors import ImpossibleAction, Invalid, NotFound
from ridgeline.spec.states import ENDED, HOLDS, TRANSITIONS, Action, EndReason, StudyState
from ridgeline.store.summaries import possible

EVERY_STATE = [
    *((state, None) for state in StudyState if state is not StudyState.STOPPED),
    (StudyState.STOPPED, EndReason.STOP),
    (StudyState.STOPPED, EndReason.CANCELLED),
]
IDS = [state if reason is None else f"{state}-{reason}" for state, reason in EVERY_STATE]


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize(("state", "reason"), EVERY_STATE, ids=IDS)
def test_an_action_does_what_the_table_says_with_one_event(desk, state, reason, action):
    study_id = desk.study_in(state, reason)
    before, last = desk.store.studies.get(study_id), desk.store.events.last_id()
    assert before.state is state
    assert before.possible == possible(state)
    target = TRANSITIONS[action].get(state)
    if target is not None:
        after = desk.store.studies.act(study_id, action)
        assert after.state is target
        assert [event.type for event in desk.store.events.after(last)] == [f"study.{target}"]
        assert (after.ended_at is not None) == (target in ENDED)
    elif state in HOLDS[action]:
        assert desk.store.studies.act(study_id, action) == before
        assert desk.store.events.last_id() == last
    else:
        with pytest.raises(ImpossibleAction) as refused:
            desk.store.studies.act(study_id, action)
        assert refused.value.possible == before.possible
        assert desk.store.studies.get(study_id) == before
        assert desk.store.events.last_id() == last


@pytest.mark.parametrize(("state", "reason"), EVERY_STATE, ids=IDS)
def test_extend_raises_a_budget_or_sends_a_finished_study_back(desk, state, reason):
    study_id = desk.study_in(state, reason)
    before, last = desk.store.studies.get(study_id), desk.store.events.last_id()
    if state in {StudyState.STOPPING, StudyState.FAILED} or reason is EndReason.CANCELLED:
        with pytest.raises(ImpossibleAction, match="extend"):
            desk.store.studies.extend(study_id, 256)
        assert desk.store.studies.get(study_id) == before
        return
    after = desk.store.studies.extend(study_id, 256)
    assert (after.max_trials, after.study.budget.max_trials) == (256, 256)
    assert after.study.plan == before.study.plan
    if state in ENDED:
        assert (after.state, after.reason, after.ended_at) == (StudyState.QUEUED, None, None)
        assert desk.claim().study.budget.max_trials == 256
    else:
        assert after.state is state
    assert desk.store.events.after(last)[0].type == ("study.queued" if state in ENDED else "study.extended")


@pytest.mark.parametrize(("state", "reason"), EVERY_STATE, ids=IDS)
def test_extend_to_the_present_total_changes_nothing_where_extend_is_possible(desk, state, reason):
    study_id = desk.study_in(state, reason)
    before, last = desk.store.studies.get(study_id), desk.store.events.last_id()
    if state in {StudyState.STOPPING, StudyState.FAILED} or reason is EndReason.CANCELLED:
        with pytest.raises(ImpossibleAction, match="extend"):
            desk.store.studies.extend(study_id, before.max_trials)
    else:
        assert desk.store.studies.extend(study_id, before.max_trials) == before
    assert desk.store.events.last_id() == last


@pytest.mark.parametrize("max_trials", [1, 127, 100_001])
def test_extend_refuses_a_total_that_lowers_it_or_is_too_much(desk, max_trials):
    study_id = desk.submit()
    with pytest.raises(Invalid, match="max_trials must be at least the present 128 and at most 100000"):
        desk.store.studies.extend(study_id, max_trials)
    assert desk.store.studies.get(study_id).max_trials == 128


@pytest.mark.parametrize(("state", "reason"), EVERY_STATE, ids=IDS)
def test_only_an_ended_study_can_be_deleted(desk, state, reason):
    study_id = desk.study_in(state, reason)
    if state in ENDED:
        desk.store.studies.delete(study_id)
        with pytest.raises(NotFound):
            desk.store.studies.get(study_id)
    else:
        with pytest.raises(ImpossibleAction, match="delete"):
            desk.store.studies.delete(study_id)
        assert desk.store.studies.get(study_id).state is state


def test_a_deleted_study_takes_its_trials_tags_and_events_along(desk):
    kept = desk.scored({0: ("none", 0.5)}, tags={"team": "a"})
    gone = desk.scored({0: ("none", 0.5)}, tags={"team": "a"})
    desk.store.studies.delete(gone)
    assert desk.event_types(gone) == []
    assert [view.id for view in desk.store.studies.page(tag=("team", "a")).items] == [kept]
    with desk.store._database.read() as connection:
        for table in ("trials", "study_tags", "events"):
            owners = connection.exec_driver_sql(f"SELECT DISTINCT study_id FROM {table}").scalars().all()
            assert owners == [kept]


def test_stopping_a_queued_study_that_had_begun_stops_its_waiting_trials(desk):
    study_id = desk.submit()
    claim = desk.claim()
    desk.add(claim, ["none", "l2"])
    desk.store.claims.release(claim, running_seconds=1)
    view = desk.store.studies.act(study_id, Action.STOP)
    assert (view.reason, view.trials.stopped) == (EndReason.STOP, 2)


def test_a_whole_life_is_told_in_order(desk, results):
    study_id = desk.submit()
    claim = desk.claim()
    desk.add(claim, ["none"])
    desk.rung(claim, [results.complete(0, 0.5)])
    desk.store.studies.act(study_id, Action.PAUSE)
    desk.store.claims.release(claim, running_seconds=1)
    desk.store.studies.act(study_id, Action.RESUME)
    claim = desk.claim()
    desk.store.studies.act(study_id, Action.STOP)
    desk.store.claims.settle(claim, StudyState.STOPPED, EndReason.STOP, running_seconds=2)
    assert desk.event_types(study_id) == [
        "study.queued",
        "study.running",
        "generation.started",
        "rung.decided",
        "study.paused",
        "study.running",  # on resume
        "study.running",  # claimed again
        "study.stopping",
        "study.stopped",
    ]


@pytest.mark.parametrize("action", Action)
def test_an_action_on_no_study_is_not_found(desk, action):
    with pytest.raises(NotFound, match="study 'nope' does not exist"):
        desk.store.studies.act("nope", action)
