"""Workers publish their custom models; a study that needs one goes only to a worker that offers it."""

import pytest

from ridgeline.spec.models import PublishedModel
from ridgeline.spec.states import StudyState

CUSTOM = {"kind": "custom", "name": "wide"}


def model(name="wide", **more):
    told = {"package": "demo 1.0", "description": "Wide.", "options": {"type": "object"}, "refuses": {}}
    return PublishedModel.model_validate({"name": name, **told, **more})


@pytest.fixture
def needy(desk):
    """A study that needs the model `wide`."""
    desk.store.models.publish([model()], "host:1")
    return desk.submit(model=CUSTOM)


def test_published_models_are_listed_by_name(desk):
    assert desk.store.models.all() == ()
    desk.store.models.publish([model("wide"), model("deep")], "host:1")
    desk.store.models.publish([], "host:2")
    assert desk.store.models.all() == (model("deep"), model("wide"))


def test_what_is_published_again_replaces_what_was_told_before(desk):
    desk.store.models.publish([model(), model("deep")], "host:1")
    newer = model(package="demo 2.0", refuses={"dropout": "it has no dropout"})
    desk.store.models.publish([newer], "host:2")
    assert desk.store.models.all() == (model("deep"), newer)


def test_a_study_that_needs_a_model_waits_for_a_worker_that_offers_it(desk, needy):
    other = desk.submit()
    claims = desk.store.claims
    assert claims.next("host:1", lease_seconds=30, offers=["deep"]).study_id == other
    assert claims.next("host:1", lease_seconds=30) is None
    assert desk.store.studies.get(needy).state is StudyState.QUEUED
    assert claims.next("host:2", lease_seconds=30, offers={"deep", "wide"}).study_id == needy


def test_a_worker_without_the_model_does_not_take_over_from_one_that_died(desk, needy):
    assert desk.store.claims.next("host:1", lease_seconds=30, offers=["wide"]) is not None
    desk.clock.now += 31
    assert desk.store.claims.next("host:2", lease_seconds=30) is None
    assert desk.store.claims.next("host:3", lease_seconds=30, offers=["wide"]) is not None
