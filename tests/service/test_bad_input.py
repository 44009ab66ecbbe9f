"""Whatever a user gets wrong is told by field, rule, value and remedy, and nothing is stored."""

import json

import pytest

from ridgeline.errors import Invalid, SchemaTooNew
from ridgeline.spec import BUILT_IN, parse_spec, resolve
from ridgeline.spec.problems import problem_of as problem_of_error
from ridgeline.spec.resolve import unknown_dataset
from ridgeline.spec.views import Problem

REFUSED_STUDIES = {
    "unknown field": ({"datset": "iris"}, "datset", "dataset"),
    "unknown field below": ({"training": {"epoch": 5}}, "training.epoch", "'epochs'"),
    "unknown field of a range": (
        {"regularizers": [{"kind": "l2", "strength": {"low": 1e-3, "high": 1, "logs": True}}]},
        "regularizers.0.strength.logs",
        "'log'",
    ),
    "unknown kind": ({"regularizers": ["l1", "l3"]}, "regularizers.1", "none, l1, l2"),
    "unknown kind of an object": ({"regularizers": [{"kind": "ridge"}]}, "regularizers.0.kind", "none, l1, l2"),
    "no kind": ({"regularizers": [{"strength": 1}]}, "regularizers.0.kind", "none, l1, l2"),
    "unknown strength": ({"regularizers": [{"kind": "dropout", "p": 0.5}]}, "regularizers.0.p", "kind, rate"),
    "unknown metric": ({"objective": {"metric": "logloss"}}, "objective.metric", "'log_loss'"),
    "unknown measure": ({"objective": {"constraints": ["acuracy >= 0.9"]}}, "objective.constraints.0", "'accuracy'"),
    "no bound": ({"objective": {"constraints": ["accuracy"]}}, "objective.constraints.0", "accuracy >= 0.95"),
    "bound on the wrong side": (
        {"objective": {"constraints": [{"measure": "accuracy", "at_most": 0.9}]}},
        "objective.constraints.0.at_most",
        "at_least",
    ),
    "second objective that is the first": ({"objective": {"second": "log_loss"}}, "objective.second", "another"),
    "unknown data set": ({"dataset": "irsi"}, "dataset.id", "did you mean 'iris'"),
    "unknown model": ({"model": "mpl"}, "model", "'mlp'"),
    "unknown sampler": ({"sampler": {"kind": "annealing"}}, "sampler.kind", "tpe, random, qmc, gp, grid"),
    "unknown optimizer": ({"training": {"optimizer": "adamw"}}, "training.optimizer", "'adam'"),
    "metric of numbers for classes": ({"objective": {"metric": "rmse"}}, "objective.metric", "log_loss"),
    "metric of classes for numbers": (
        {"dataset": "diabetes", "objective": {"metric": "accuracy"}},
        "objective.metric",
        "rmse",
    ),
    "strength below 0": ({"regularizers": [{"kind": "l2", "strength": -1}]}, "regularizers.0.strength", "default"),
    "strength below 0 in a list": (
        {"regularizers": [{"kind": "l2", "strength": [0.1, -1]}]},
        "regularizers.0.strength",
        "default",
    ),
    "low is high": (
        {"regularizers": [{"kind": "l2", "strength": {"low": 1, "high": 1}}]},
        "regularizers.0.strength.low",
        "change",
    ),
    "low above high": (
        {"regularizers": ["none", {"kind": "l1", "strength": {"low": 2, "high": 1}}]},
        "regularizers.1.strength.low",
        "change",
    ),
    "log range from 0": (
        {"regularizers": [{"kind": "l1", "strength": {"low": 0, "high": 1, "log": True}}]},
        "regularizers.0.strength.low",
        "change",
    ),
    "dropout of 1": ({"regularizers": [{"kind": "dropout", "rate": 1}]}, "regularizers.0.rate", "0.2"),
    "dropout above 1": (
        {"baseline": {"kind": "dropout", "rate": 1.5}},
        "baseline.rate",
        "0.2",
    ),
    "zero trials": ({"budget": {"max_trials": 0}}, "budget.max_trials", "raise"),
    "fewer trials than settings": ({"budget": {"max_trials": 1}}, "budget.max_trials", "raise"),
    "more folds than rows of a class": ({"evaluation": {"folds": 45}}, "evaluation.folds", "fewer"),
    "two repeats of the final": ({"evaluation": {"final_repeats": 2}}, "evaluation.final_repeats", "3 or more"),
    "half a static kind": ({"regularizers": [{"kind": "skip", "on": 2}]}, "regularizers.0.on", "or write 1"),
    "a gain of nothing": ({"evaluation": {"min_gain": 0}}, "evaluation.min_gain", "raise"),
    "folds beyond any": ({"evaluation": {"folds": 51}}, "evaluation.folds", "lower"),
    "a number in quotes": ({"regularizers": [{"kind": "l2", "strength": "0.1"}]}, "regularizers.0.strength", "quotes"),
    "a list item in quotes": (
        {"regularizers": [{"kind": "l2", "strength": [0.1, "0.2"]}]},
        "regularizers.0.strength.1",
        "quotes",
    ),
    "a whole number in quotes": ({"evaluation": {"folds": "3"}}, "evaluation.folds", "quotes"),
    "a fraction of a fold": ({"evaluation": {"folds": 2.5}}, "evaluation.folds", "whole number"),
    "true for a number": ({"seed": True}, "seed", "whole number"),
    "a word for true": (
        {"training": {"optimizer": {"kind": "sgd", "nesterov": "yes"}}},
        "training.optimizer.nesterov",
        "quotes",
    ),
    "half a range": (
        {"regularizers": [{"kind": "l2", "strength": {"low": 0.1}}]},
        "regularizers.0.strength.high",
        "add",
    ),
    "no list": ({"regularizers": "l1"}, "regularizers", "brackets"),
    "a kind that is a number": ({"regularizers": [7]}, "regularizers.0", "braces"),
    "a label that is a number": ({"tags": {"team": 1}}, "tags.team", "quotes"),
    "an empty label": ({"tags": {"": "x"}}, "tags", "more"),
    "a range for the baseline": (
        {"baseline": {"kind": "l2", "strength": {"low": 0.1, "high": 1}}},
        "baseline.strength",
        "one strength",
    ),
    "a kind that does not apply": (
        {"model": "linear", "regularizers": ["dropout"]},
        "regularizers.0",
        "use another model",
    ),
    "a seed below 0": ({"seed": -1}, "seed", "raise"),
    "too long a name": ({"name": "x" * 201}, "name", "shorten"),
    "a learning rate of 0": ({"training": {"learning_rate": 0}}, "training.learning_rate", "0.001"),
}


@pytest.fixture(scope="module")
def data_dir(new_data_dir):
    return new_data_dir()


@pytest.fixture(scope="module")
def client(start, data_dir):
    """One service for all tests of this file: none of them is to leave anything."""
    with start(data_dir) as opened:
        yield opened


@pytest.fixture
def nothing_stored(client):
    """Whatever the test does, the list of studies stays as it was."""
    before = client.get("/v1/studies", params={"limit": 500}).json()
    yield
    assert client.get("/v1/studies", params={"limit": 500}).json() == before


def as_the_worker_does(body):
    spec = parse_spec(body)
    if spec.dataset.id not in BUILT_IN:
        raise unknown_dataset(spec.dataset.id, BUILT_IN)
    return resolve(spec, BUILT_IN[spec.dataset.id])


def problem_of(answer, status):
    problem = Problem.model_validate(answer.json())
    assert answer.status_code == problem.status == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert problem.type.startswith("urn:ridgeline:problem:")
    assert problem.instance == answer.request.url.path
    assert "Traceback" not in answer.text
    return problem


@pytest.mark.usefixtures("nothing_stored")
class TestAStudyThatCannotRun:
    @pytest.mark.parametrize(("study", "field", "remedy"), REFUSED_STUDIES.values(), ids=REFUSED_STUDIES)
    @pytest.mark.parametrize("path", ["/v1/studies", "/v1/studies/validate"])
    def test_is_refused_by_field_rule_value_and_remedy(self, client, path, study, field, remedy):
        problem = problem_of(client.post(path, json={"dataset": "iris", **study}), 422)
        broken = {error.field: error for error in problem.errors}
        assert field in broken, broken
        assert remedy in broken[field].remedy
        assert broken[field].rule
        assert f"{field} {broken[field].rule} but got" in problem.detail
        assert broken[field].remedy in problem.detail

    @pytest.mark.parametrize(("study", "field", "remedy"), REFUSED_STUDIES.values(), ids=REFUSED_STUDIES)
    def test_is_refused_in_the_same_words_without_a_service(self, client, study, field, remedy):
        told = client.post("/v1/studies", json={"dataset": "iris", **study}).json()
        with pytest.raises(Invalid) as refused:
            as_the_worker_does(json.dumps({"dataset": "iris", **study}).encode())
        assert problem_of_error(refused.value, "/v1/studies").model_dump(mode="json") == told

    def test_is_refused_without_a_data_set(self, client):
        problem = problem_of(client.post("/v1/studies", json={}), 422)
        assert [(error.field, error.rule) for error in problem.errors] == [("dataset", "is required")]

    def test_is_told_every_broken_rule_at_once(self, client):
        study = {"regularizers": ["l3"], "seed": -1, "x": 1}
        problem = problem_of(client.post("/v1/studies", json=study), 422)
        assert {error.field for error in problem.errors} == {"dataset", "regularizers.0", "seed", "x"}

    def test_is_told_the_value_that_it_sent(self, client):
        problem = problem_of(client.post("/v1/studies", json={"dataset": "iris", "seed": -7}), 422)
        assert problem.errors[0].value == -7

    def test_is_told_a_huge_value_in_part_and_few_of_very_many_errors(self, client):
        study = {"dataset": "iris", "x": "y" * 10_000, "regularizers": ["l3"] * 1000}
        answer = client.post("/v1/studies", json=study)
        assert len(problem_of(answer, 422).errors) == 50
        assert len(answer.content) < 50_000


@pytest.mark.usefixtures("nothing_stored")
class TestABodyThatIsNoJson:
    JSON = {"Content-Type": "application/json"}

    @pytest.mark.parametrize(
        "body",
        [
            b"{",
            b"dataset=iris",
            b"\xff\xfe",
            b'{"dataset": NaN}',
            b'{"dataset": "iris", "budget": {"target": Infinity}}',
            b'{"dataset": "iris", "budget": {"target": -Infinity}}',
            b'{"dataset": "\\ud800"}',
            b'{"dataset": "iris"} x',
            b"[" * 100_000,
            b'{"seed": ' + b"9" * 5000 + b"}",
        ],
        ids=lambda body: repr(body[:24]),
    )
    def test_is_refused_with_the_place(self, client, body):
        problem = problem_of(client.post("/v1/studies", content=body, headers=self.JSON), 422)
        assert problem.errors[0].field == "body"
        assert "must be JSON" in problem.errors[0].rule

    def test_is_refused_when_it_is_not_declared(self, client):
        answer = client.post("/v1/studies", content=b'{"dataset": "iris"}', headers={"Content-Type": "text/plain"})
        assert "application/json" in problem_of(answer, 422).errors[0].remedy

    def test_is_refused_when_it_is_missing(self, client):
        assert problem_of(client.post("/v1/studies"), 422).errors[0].rule == "is required"

    @pytest.mark.parametrize("body", ["[]", '"iris"', "null", "7"])
    def test_is_refused_when_it_is_no_object(self, client, body):
        answer = client.post("/v1/studies", content=body, headers=self.JSON)
        assert problem_of(answer, 422).errors[0].field == "body"

    def test_a_number_that_overflows_is_refused(self, client):
        body = b'{"dataset": "iris", "budget": {"target": 1e999}}'
        answer = client.post("/v1/studies", content=body, headers=self.JSON)
        assert problem_of(answer, 422).errors[0].field == "budget.target"


@pytest.mark.usefixtures("nothing_stored")
class TestABodyThatIsTooLarge:
    def test_is_refused_by_what_it_announces(self, serve):
        with serve(max_body_bytes=1024) as client:
            answer = client.post("/v1/studies", json={"dataset": "iris", "name": "x" * 2000})
            problem = problem_of(answer, 413)
            assert "1024 bytes" in problem.detail
            assert problem.type == "urn:ridgeline:problem:content_too_large"

    def test_is_refused_when_it_announces_nothing(self, serve):
        with serve(max_body_bytes=1024) as client:
            chunks = (json.dumps({"name": "x" * 500}).encode() for _ in range(10))
            answer = client.post("/v1/studies", content=chunks, headers={"Content-Type": "application/json"})
            assert problem_of(answer, 413).type == "urn:ridgeline:problem:content_too_large"


UNKNOWN = "/v1/studies/no-such-study"
PATHS_OF_A_STUDY = [
    ("GET", UNKNOWN, None),
    ("GET", f"{UNKNOWN}?wait_seconds=5", None),
    ("PATCH", UNKNOWN, {"name": "x"}),
    ("DELETE", UNKNOWN, None),
    ("POST", f"{UNKNOWN}/pause", None),
    ("POST", f"{UNKNOWN}/resume", None),
    ("POST", f"{UNKNOWN}/stop", None),
    ("POST", f"{UNKNOWN}/cancel", None),
    ("POST", f"{UNKNOWN}/extend", {"max_trials": 9}),
    ("GET", f"{UNKNOWN}/trials", None),
    ("GET", f"{UNKNOWN}/trials/0", None),
    ("GET", f"{UNKNOWN}/best", None),
    ("GET", f"{UNKNOWN}/leaderboard", None),
    ("GET", f"{UNKNOWN}/verdict", None),
    ("GET", f"{UNKNOWN}/ingredients", None),
    ("GET", f"{UNKNOWN}/curve?regularizer=l2", None),
    ("GET", f"{UNKNOWN}/events", None),
]


class TestAnIdThatDoesNotExist:
    @pytest.mark.parametrize(("method", "path", "body"), PATHS_OF_A_STUDY)
    def test_of_a_study_is_404(self, client, method, path, body):
        problem = problem_of(client.request(method, path, json=body), 404)
        assert problem.type == "urn:ridgeline:problem:not_found"
        assert "'no-such-study' does not exist" in problem.detail

    def test_of_a_trial_is_404(self, client, study):
        assert "trial 7" in problem_of(client.get(f"/v1/studies/{study['id']}/trials/7"), 404).detail

    def test_of_a_data_set_is_404(self, client):
        assert "'nope'" in problem_of(client.get("/v1/datasets/nope"), 404).detail

    @pytest.mark.parametrize("path", ["/", "/v1", "/v1/study", "/v1/studies/", "/v1/studies/a/verdicts", "/v2/studies"])
    def test_of_a_route_is_404(self, client, path):
        assert "no route" in problem_of(client.get(path), 404).detail

    def test_with_another_method_is_405(self, client):
        answer = client.put("/v1/regularizers")
        assert "PUT" in problem_of(answer, 405).detail
        assert answer.headers["Allow"] == "GET"


class TestParametersOfAQuery:
    @pytest.mark.parametrize(
        ("query", "field", "remedy"),
        [
            ("sate=running", "sate", "'state'"),
            ("state=runing", "state", "'running'"),
            ("sort=score", "sort", "created_at"),
            ("limit=0", "limit", "raise"),
            ("limit=501", "limit", "lower"),
            ("limit=ten", "limit", "number"),
            ("cursor=abc", "cursor", "without a cursor"),
        ],
    )
    def test_are_refused_by_name(self, client, query, field, remedy):
        problem = problem_of(client.get(f"/v1/studies?{query}"), 422)
        assert problem.errors[0].field == field
        assert remedy in problem.errors[0].remedy

    @pytest.mark.parametrize("wait", ["-1", "61", "inf", "nan", "soon"])
    def test_a_wait_beyond_its_range_is_refused(self, client, study, wait):
        answer = client.get(f"/v1/studies/{study['id']}", params={"wait_seconds": wait})
        assert problem_of(answer, 422).errors[0].field == "wait_seconds"

    @pytest.mark.parametrize("name", ["best", "curve"])
    def test_a_kind_that_the_study_lacks_is_refused(self, client, study, name):
        answer = client.get(f"/v1/studies/{study['id']}/{name}", params={"regularizer": "l1"})
        problem = problem_of(answer, 422)
        assert problem.errors[0].field == "regularizer"
        assert "none, l2, dropout" in problem.errors[0].remedy

    def test_a_curve_needs_a_kind(self, client, study):
        problem = problem_of(client.get(f"/v1/studies/{study['id']}/curve"), 422)
        assert (problem.errors[0].field, problem.errors[0].rule) == ("regularizer", "is required")

    def test_a_cursor_from_elsewhere_is_refused(self, client, trained):
        path = f"/v1/studies/{trained['id']}/trials"
        cursor = client.get(path, params={"limit": 1}).json()["next_cursor"]
        for url, params in (
            ("/v1/studies", {}),
            ("/v1/datasets", {}),
            ("/v1/best", {}),
            (path, {"sort": "score"}),
            (path, {"regularizer": "l2"}),
        ):
            problem = problem_of(client.get(url, params={**params, "cursor": cursor}), 422)
            assert problem.errors[0].field == "cursor"

    @pytest.mark.parametrize("last", ["x", "-1", str(2**63)])
    def test_a_last_event_that_is_no_id_is_refused(self, client, study, last):
        path = f"/v1/studies/{study['id']}/events"
        problem_of(client.get(path, headers={"Last-Event-ID": last}), 422)
        problem_of(client.get(path, params={"last_event_id": last}), 422)

    def test_a_trial_that_is_no_number_is_refused(self, client, study):
        assert problem_of(client.get(f"/v1/studies/{study['id']}/trials/x"), 422).errors[0].field == "number"


class TestOtherBodies:
    @pytest.mark.parametrize(
        ("body", "field"),
        [({"nam": "x"}, "nam"), ({"name": ""}, "name"), ({"tags": {"a": 1}}, "tags.a"), ({"state": "paused"}, "state")],
    )
    def test_an_edit_is_refused_by_field_and_changes_nothing(self, client, study, body, field):
        path = f"/v1/studies/{study['id']}"
        assert problem_of(client.patch(path, json=body), 422).errors[0].field == field
        assert client.get(path).json() == study

    @pytest.mark.parametrize("body", [{}, {"max_trials": 0}, {"max_trials": "many"}, {"max_trials": 100_001}])
    def test_an_extension_is_refused_by_field_and_changes_nothing(self, client, study, body):
        path = f"/v1/studies/{study['id']}"
        assert problem_of(client.post(f"{path}/extend", json=body), 422).errors[0].field == "max_trials"
        assert client.get(path).json() == study

    @pytest.mark.parametrize("key", ["", "x" * 201])
    def test_an_idempotency_key_of_the_wrong_length_is_refused(self, client, key):
        answer = client.post("/v1/studies", json={"dataset": "iris"}, headers={"Idempotency-Key": key})
        assert problem_of(answer, 422).errors[0].field.lower() == "idempotency-key"


def test_what_goes_wrong_inside_tells_no_internals(client, monkeypatch):
    def broken(*_args, **_kwargs):
        raise ZeroDivisionError("secret of the house")

    monkeypatch.setattr("ridgeline.store.Datasets.page", broken)
    answer = client.get("/v1/datasets")
    assert "secret" not in answer.text
    assert "its log tells more" in problem_of(answer, 500).detail


def test_an_error_of_ours_that_no_user_can_mend_is_logged(client, monkeypatch, caplog):
    def broken(*_args, **_kwargs):
        raise SchemaTooNew("the database has grown")

    monkeypatch.setattr("ridgeline.store.Datasets.page", broken)
    problem_of(client.get("/v1/datasets"), 500)
    assert "the database has grown" in caplog.text
    assert client.get("/healthz").status_code == 200
