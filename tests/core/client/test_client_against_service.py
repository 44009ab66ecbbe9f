"""Every method of the client against a real service."""

import os
import uuid
from collections.abc import Iterator

import pytest

from ridgeline.client import Client
from ridgeline.errors import ImpossibleAction, Invalid, KeyReused, NotFound, NotReady, NoVerdict
from ridgeline.kinds import CATALOGUE
from ridgeline.spec import BUILT_IN, StudySpec
from ridgeline.spec.built_in import BUILT_IN_SETS
from ridgeline.spec.models import MODELS
from ridgeline.spec.states import StudyState

SPEC = {"dataset": "iris", "regularizers": ["none", "l2"], "budget": {"max_trials": 8}}


@pytest.fixture
def client(service_url: str) -> Iterator[Client]:
    with Client(service_url) as client:
        yield client


@pytest.fixture
def study_id(client: Client) -> Iterator[str]:
    study = client.submit(SPEC)
    yield study.id
    client.cancel(study.id)


class TestSubmit:
    def test_takes_a_spec_or_a_mapping(self, client) -> None:
        spec = StudySpec.model_validate(SPEC)
        first, second = client.submit(spec), client.submit(SPEC)
        assert first.id != second.id
        assert first.study == second.study
        assert first.state is StudyState.QUEUED

    def test_refusals_carry_every_violation(self, client) -> None:
        with pytest.raises(Invalid) as refused:
            client.submit({"dataset": "iris", "objective": {"metric": "rmse"}, "evaluation": {"folds": 50}})
        fields = {violation.field: violation for violation in refused.value.violations}
        assert fields.keys() == {"objective.metric", "evaluation.folds"}
        assert fields["objective.metric"].value == "rmse"
        assert "log_loss" in fields["objective.metric"].remedy

    def test_a_key_stands_for_one_request(self, client) -> None:
        key = str(uuid.uuid4())
        first = client.submit(SPEC, idempotency_key=key)
        assert client.submit(SPEC, idempotency_key=key).id == first.id
        with pytest.raises(KeyReused, match=key):
            client.submit({"dataset": "wine"}, idempotency_key=key)

    def test_validate_stores_nothing(self, client) -> None:
        before = len(list(client.studies()))
        validated = client.validate(SPEC)
        assert validated.study.dataset == BUILT_IN["iris"]
        assert validated.cost.trials == 8
        assert len(list(client.studies())) == before


class TestStudies:
    def test_a_study_that_does_not_exist_is_not_found(self, client) -> None:
        for ask in (client.study, client.best, client.leaderboard, client.pause, client.delete, client.wait):
            with pytest.raises(NotFound, match="'0000000000000000'"):
                ask("0000000000000000")

    def test_lists_go_over_pages(self, client) -> None:
        tag = uuid.uuid4().hex
        ids = [client.submit({**SPEC, "tags": {"batch": tag}}).id for _ in range(5)]
        found = [study.id for study in client.studies(tag=f"batch:{tag}", sort="created_at", page_size=2)]
        assert found == ids

    def test_filters_reach_the_service(self, client, study_id) -> None:
        assert study_id in {study.id for study in client.studies(state=StudyState.QUEUED, dataset="iris")}
        assert study_id not in {study.id for study in client.studies(dataset="wine")}

    def test_edit_changes_what_was_named_and_leaves_the_rest(self, client, study_id) -> None:
        client.edit(study_id, tags={"team": "b"})
        renamed = client.edit(study_id, name="second try")
        assert (renamed.name, renamed.tags) == ("second try", {"team": "b"})
        assert client.edit(study_id, tags={}).tags == {}

    def test_delete_forgets_an_ended_study_only(self, client) -> None:
        study = client.submit(SPEC)
        with pytest.raises(ImpossibleAction, match="queued"):
            client.delete(study.id)
        client.cancel(study.id)
        client.delete(study.id)
        with pytest.raises(NotFound):
            client.study(study.id)

    def test_extend_raises_the_budget(self, client, study_id) -> None:
        assert client.extend(study_id, 16).max_trials == 16
        with pytest.raises(Invalid, match="max_trials"):
            client.extend(study_id, 4)

    def test_an_impossible_action_says_what_is_possible(self, client, study_id) -> None:
        with pytest.raises(ImpossibleAction, match="possible actions now: stop, cancel"):
            client.pause(study_id)
        with pytest.raises(ImpossibleAction):
            client.cancel(study_id) and client.extend(study_id, 100)

    def test_stop_ends_a_queued_study(self, client) -> None:
        study = client.submit(SPEC)
        assert client.stop(study.id).state is StudyState.STOPPED


class TestWaiting:
    def test_returns_an_ended_study_at_once(self, client) -> None:
        study = client.submit(SPEC)
        client.cancel(study.id)
        assert client.wait(study.id).state is StudyState.STOPPED

    def test_gives_up_in_time(self, client, study_id) -> None:
        with pytest.raises(TimeoutError, match=r"still queued after 0\.2 seconds"):
            client.wait(study_id, timeout_seconds=0.2)


class TestAnswers:
    def test_are_provisional_and_empty_before_a_trial_is_complete(self, client, study_id) -> None:
        best, leaderboard, curve = client.best(study_id), client.leaderboard(study_id), client.curve(study_id, "l2")
        assert (best.provisional, best.trial) == (True, None)
        assert {entry.regularizer for entry in leaderboard.entries} == {"none", "l2"}
        assert curve.points == ()
        assert list(client.trials(study_id)) == []

    def test_a_verdict_is_not_ready_or_will_never_be(self, client) -> None:
        study = client.submit(SPEC)
        with pytest.raises(NotReady, match="comes to its verdict at its end"):
            client.verdict(study.id)
        client.cancel(study.id)
        with pytest.raises(NoVerdict, match="it was cancelled"):
            client.verdict(study.id)

    def test_files_and_the_snippet_come_with_the_verdict(self, client, study_id) -> None:
        asks = (client.artifacts, client.model, client.snippet, lambda study: client.artifact(study, "weights"))
        for ask in asks:
            with pytest.raises(NotReady, match="comes to its verdict at its end"):
                ask(study_id)

    def test_ingredients_are_those_of_a_cocktail_and_come_with_its_verdict(self, client, study_id) -> None:
        with pytest.raises(Invalid, match=r"mode must be cocktail .* but got 'single'; ask for the study's verdict"):
            client.ingredients(study_id)
        study = client.submit(SPEC | {"mode": "cocktail", "regularizers": ["l1", "l2"]})
        with pytest.raises(NotReady, match="comes to its verdict at its end"):
            client.ingredients(study.id)
        client.cancel(study.id)
        with pytest.raises(NoVerdict, match="it was cancelled"):
            client.ingredients(study.id)

    def test_a_kind_that_the_study_lacks_is_invalid(self, client, study_id) -> None:
        for ask in (lambda: client.best(study_id, regularizer="l1"), lambda: client.curve(study_id, "l1")):
            with pytest.raises(Invalid, match="regularizer must be a kind of this study but got 'l1'"):
                ask()

    def test_a_trial_that_does_not_exist_is_not_found(self, client, study_id) -> None:
        with pytest.raises(NotFound):
            client.trial(study_id, 0)

    def test_best_over_filters_are_taken(self, client) -> None:
        assert list(client.best_over(dataset="digits", metric="log_loss", model="mlp", regularizer="l2")) == []


def test_events_of_an_ended_study_come_in_order_and_end(client) -> None:
    study = client.submit(SPEC)
    client.extend(study.id, 16)
    client.cancel(study.id)
    events = list(client.events(study.id))
    assert [event.id for event in events] == sorted({event.id for event in events})
    assert (events[0].type, events[-1].type) == ("study.queued", "study.stopped")
    assert {event.study_id for event in events} == {study.id}
    assert list(client.events(study.id, after=events[0].id)) == events[1:]


def test_catalogues(client) -> None:
    assert {view.kind for view in client.regularizers()} == CATALOGUE.keys()
    assert {view.kind for view in client.models()} == MODELS.keys()
    listed = {each.name: each.id for each in client.datasets()}
    assert listed.items() >= {name: facts.id for name, facts in BUILT_IN.items()}.items()
    assert client.dataset("wine").dataset == BUILT_IN_SETS["wine"].dataset


def test_the_url_of_the_environment_is_used(service_url, monkeypatch) -> None:
    monkeypatch.setitem(os.environ, "RIDGELINE_URL", f"{service_url}/")
    with Client() as client:
        assert client.url == service_url
        assert len(client.models()) == len(MODELS)
