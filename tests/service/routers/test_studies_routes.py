"""Studies over REST: submitted, validated, listed, looked at, edited, deleted."""

import threading
import time

import httpx
import pytest

from ridgeline.spec.views import StudyView, Validated
from ridgeline_service.operations.examples import STUDIES

STUDY = {"dataset": "iris", "regularizers": ["none", "l2"], "budget": {"max_trials": 8}}


class TestSubmitting:
    def test_only_the_data_set_is_required(self, client):
        answer = client.post("/v1/studies", json={"dataset": "breast_cancer"})
        study = StudyView.model_validate(answer.json())
        assert answer.status_code == 202
        assert answer.headers["Location"] == f"/v1/studies/{study.id}"
        assert study.state == "queued"
        assert study.queue_position == 1
        assert study.study.objective.metric == "log_loss"

    def test_the_location_leads_to_the_study(self, client):
        answer = client.post("/v1/studies", json=STUDY)
        assert client.get(answer.headers["Location"]).json() == answer.json()

    @pytest.mark.parametrize("name", STUDIES)
    def test_the_examples_of_the_page_are_accepted(self, client, name):
        assert client.post("/v1/studies", json=STUDIES[name]["value"]).status_code == 202

    def test_the_example_of_the_manual_is_accepted(self, client):
        example = {
            "dataset": "breast_cancer",
            "name": "wdbc",
            "tags": {"team": "a"},
            "seed": 0,
            "mode": "single",
            "model": {"kind": "mlp", "hidden": [64, 64], "activation": "relu"},
            "regularizers": [
                "none",
                "l1",
                {"kind": "l2", "strength": {"low": 1e-6, "high": 1e-1, "log": True}},
                {"kind": "dropout", "rate": 0.5},
            ],
            "baseline": {"kind": "weight_decay", "tau": 40},
            "always": [],
            "objective": {"metric": "log_loss"},
            "evaluation": {"folds": 5, "repeats": 1, "test_fraction": 0.2},
            "training": {"epochs": 50, "batch_size": 64, "optimizer": "adam", "learning_rate": 0.001},
            "sampler": "tpe",
            "pruner": "successive_halving",
            "budget": {"max_trials": 128, "max_seconds": None, "target": None},
        }
        assert client.post("/v1/studies", json=example).status_code == 202

    def test_the_cohort_size_follows_the_setting(self, serve):
        lanes = []
        for cache_bytes in (2**16, 2**30):
            with serve(cohort_cache_bytes=cache_bytes) as client:
                lanes.append(client.post("/v1/studies", json=STUDY).json()["study"]["plan"]["cohort_lanes"])
        assert lanes[0] < lanes[1]


class TestAnIdempotencyKey:
    def test_sent_again_with_the_same_request_gives_the_first_study(self, client):
        first, second = (client.post("/v1/studies", json=STUDY, headers={"Idempotency-Key": "a"}) for _ in range(2))
        assert first.json()["id"] == second.json()["id"]
        assert (first.status_code, second.status_code) == (202, 202)
        assert first.headers["Location"] == second.headers["Location"]
        assert len(client.get("/v1/studies").json()["items"]) == 1

    def test_sent_with_another_request_is_a_conflict(self, client):
        client.post("/v1/studies", json=STUDY, headers={"Idempotency-Key": "a"})
        answer = client.post("/v1/studies", json={**STUDY, "seed": 1}, headers={"Idempotency-Key": "a"})
        assert answer.status_code == 409
        assert answer.json()["type"] == "urn:ridgeline:problem:idempotency_key_reused"

    def test_many_at_once_give_one_study(self, client):
        answers: list[str] = []

        def submit() -> None:
            answer = client.post("/v1/studies", json=STUDY, headers={"Idempotency-Key": "b"})
            answers.append(answer.json()["id"])

        threads = [threading.Thread(target=submit) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(answers) == 8
        assert len(set(answers)) == 1

    def test_none_means_a_study_each_time(self, client):
        assert len({client.post("/v1/studies", json=STUDY).json()["id"] for _ in range(2)}) == 2


class TestValidating:
    def test_shows_the_defaults_and_the_cost_and_stores_nothing(self, client):
        answer = client.post("/v1/studies/validate", json=STUDY)
        told = Validated.model_validate(answer.json())
        assert answer.status_code == 200
        assert told.study.evaluation.folds == 5
        assert told.cost.trials == 8
        assert told.cost.final is not None
        assert told.cost.evaluations == 40 + told.cost.final.evaluations
        assert told.cost.final.finalists == 2
        assert told.cost.seconds is None
        assert client.get("/v1/studies").json()["items"] == []

    def test_estimates_seconds_once_a_study_has_ended(self, client, trained, worker):
        client.post(f"/v1/studies/{trained['id']}/cancel")
        cost = client.post("/v1/studies/validate", json=STUDY).json()["cost"]
        assert cost["seconds"] == pytest.approx(cost["multiply_adds"] / (1e9 / 2.0))


class TestListing:
    @pytest.fixture
    def many(self, client):
        for number in range(5):
            study = {
                **STUDY,
                "name": f"study {number}",
                "dataset": "wine" if number % 2 else "iris",
                "tags": {"team": "a" if number < 3 else "b", f"only{number}": ""},
            }
            assert client.post("/v1/studies", json=study).status_code == 202
        return client

    @staticmethod
    def names(answer: httpx.Response) -> list[str]:
        assert answer.status_code == 200, answer.text
        return [study["name"][-1] for study in answer.json()["items"]]

    @pytest.mark.parametrize("sort", ["created_at", "-created_at", "name", "-name"])
    def test_pages_together_are_the_whole_list(self, many, sort):
        whole = self.names(many.get("/v1/studies", params={"sort": sort}))
        assert whole == sorted("01234", reverse=sort.startswith("-"))
        paged, cursor = [], None
        while True:
            params = {"sort": sort, "limit": 2} | ({"cursor": cursor} if cursor else {})
            page = many.get("/v1/studies", params=params)
            paged += self.names(page)
            cursor = page.json()["next_cursor"]
            if cursor is None:
                break
        assert paged == whole

    def test_the_newest_come_first(self, many):
        assert self.names(many.get("/v1/studies")) == list("43210")

    @pytest.mark.parametrize(
        ("filters", "found"),
        [
            ({"dataset": "wine"}, "31"),
            ({"state": "queued"}, "43210"),
            ({"state": "running"}, ""),
            ({"tag": "team:b"}, "43"),
            ({"tag": "only2"}, "2"),
            ({"tag": "team:c"}, ""),
            ({"tag": "team:a", "dataset": "iris"}, "20"),
        ],
    )
    def test_filters_narrow_it(self, many, filters, found):
        assert self.names(many.get("/v1/studies", params=filters)) == list(found)


class TestEditing:
    def test_changes_the_name_and_the_tags_and_nothing_else(self, client, study):
        path = f"/v1/studies/{study['id']}"
        assert client.patch(path, json={"name": "new"}).json()["name"] == "new"
        edited = client.patch(path, json={"tags": {"a": "b"}}).json()
        assert edited["name"] == "new"
        assert edited["tags"] == {"a": "b"}
        told = {**study, "name": "new", "tags": {"a": "b"}, "study": edited["study"]}
        assert edited == told
        assert client.get("/v1/studies", params={"tag": "a:b"}).json()["items"] == [edited]


class TestDeleting:
    def test_takes_an_ended_study_away(self, client, study):
        path = f"/v1/studies/{study['id']}"
        client.post(f"{path}/cancel")
        answer = client.delete(path)
        assert (answer.status_code, answer.content) == (204, b"")
        assert client.get(path).status_code == 404
        assert client.get(f"{path}/events").status_code == 404

    def test_refuses_one_that_has_not_ended(self, client, study):
        answer = client.delete(f"/v1/studies/{study['id']}")
        assert answer.status_code == 409
        assert "stop, cancel" in answer.json()["detail"]


class TestWaiting:
    def test_answers_as_soon_as_the_study_ends(self, client, study, worker):
        claim = worker.claim()
        began = time.monotonic()
        threading.Timer(0.4, worker.complete, [claim]).start()
        answer = client.get(f"/v1/studies/{study['id']}", params={"wait_seconds": 20})
        assert answer.json()["state"] == "completed"
        assert 0.3 < time.monotonic() - began < 5

    def test_answers_when_the_time_is_up(self, client, study):
        began = time.monotonic()
        answer = client.get(f"/v1/studies/{study['id']}", params={"wait_seconds": 0.3})
        assert answer.json()["state"] == "queued"
        assert 0.3 <= time.monotonic() - began < 5

    def test_answers_at_once_when_it_has_ended(self, client, study):
        client.post(f"/v1/studies/{study['id']}/cancel")
        began = time.monotonic()
        assert client.get(f"/v1/studies/{study['id']}", params={"wait_seconds": 60}).json()["state"] == "stopped"
        assert time.monotonic() - began < 5

    def test_more_waiters_than_threads_leave_the_service_quick(self, client, study):
        path = f"/v1/studies/{study['id']}"
        with httpx.Client(base_url=client.base_url, limits=httpx.Limits(max_connections=None), timeout=30) as many:
            waiters = [
                threading.Thread(target=many.get, args=(path,), kwargs={"params": {"wait_seconds": 20}})
                for _ in range(60)
            ]
            for waiter in waiters:
                waiter.start()
            time.sleep(0.5)
            began = time.monotonic()
            assert client.get(path).status_code == 200
            assert time.monotonic() - began < 10  # and the waiters wait 20
            client.post(f"{path}/cancel")
            for waiter in waiters:
                waiter.join(timeout=10)
            assert not any(waiter.is_alive() for waiter in waiters)
