"""Events are read in order from anywhere, and forgotten some time after the end."""

from ridgeline.spec.states import Action
from ridgeline.store import upgrade


def test_a_watcher_that_comes_back_misses_nothing(desk):
    desk.scored({0: ("none", 0.5)})
    everything = desk.store.events.after(0)
    ids = [event.id for event in everything]
    assert ids == sorted(set(ids))
    assert desk.store.events.last_id() == ids[-1]
    for seen in (0, *ids):
        assert desk.store.events.after(seen) == tuple(event for event in everything if event.id > seen)
    assert desk.store.events.after(0, limit=2) == everything[:2]


def test_events_can_be_those_of_one_study(desk):
    first, second = desk.submit(), desk.submit()
    desk.store.studies.act(first, Action.STOP)
    assert [event.type for event in desk.store.events.after(0, study_id=first)] == ["study.queued", "study.stopped"]
    assert [event.study_id for event in desk.store.events.after(0, study_id=second)] == [second]


def test_only_events_of_studies_that_ended_long_ago_are_pruned(desk):
    old = desk.scored({0: ("none", 0.5)})
    desk.clock.now += 1000
    fresh, going_on = desk.scored({0: ("none", 0.5)}), desk.submit()
    before = len(desk.event_types(old))
    assert desk.store.events.prune(500) == before > 0
    assert desk.event_types(old) == []
    assert desk.event_types(fresh)
    assert desk.event_types(going_on)


def test_an_event_number_never_comes_back(desk):
    desk.scored({0: ("none", 0.5)})
    last = desk.store.events.last_id()
    desk.clock.now += 1000
    desk.store.events.prune(0)
    assert desk.store.events.last_id() == 0
    study_id = desk.submit()
    assert desk.store.events.after(last)[0].study_id == study_id


def test_upgrading_again_tells_no_event(desk):
    upgrade(desk.data_dir)
    assert desk.store.events.after(0) == ()
