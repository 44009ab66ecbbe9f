"""What may follow what."""

import pytest

from ridgeline.spec.states import ENDED, HOLDS, TRANSITIONS, Action, StudyState

LEADS_TO = {
    ("pause", "running"): "paused",
    ("resume", "paused"): "running",
    ("stop", "queued"): "stopped",
    ("stop", "running"): "stopping",
    ("stop", "paused"): "stopping",
    ("cancel", "queued"): "stopped",
    ("cancel", "running"): "stopped",
    ("cancel", "paused"): "stopped",
    ("cancel", "stopping"): "stopped",
}


def test_the_transitions_are_those_of_the_design() -> None:
    told = {(action, before): after for action, steps in TRANSITIONS.items() for before, after in steps.items()}
    assert told == LEADS_TO


@pytest.mark.parametrize("action", Action)
def test_an_action_never_both_holds_and_leads_on(action) -> None:
    assert not HOLDS[action] & TRANSITIONS[action].keys()


@pytest.mark.parametrize("action", Action)
def test_what_an_action_leads_to_makes_it_hold(action) -> None:
    assert set(TRANSITIONS[action].values()) <= HOLDS[action]


def test_no_action_leaves_an_ended_state() -> None:
    assert all(not ENDED & steps.keys() for steps in TRANSITIONS.values())
    assert {StudyState.STOPPED, StudyState.COMPLETED, StudyState.FAILED} == ENDED
