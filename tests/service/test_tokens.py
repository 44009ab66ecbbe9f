"""A token is needed as soon as one exists, and only its hash is kept."""

import pytest

from ridgeline_service.app import create_app
from ridgeline_service.auth import TokenNeeded
from ridgeline_service.settings import Settings

TOKEN = "a-token-of-the-operator"
ROUTES = [
    ("GET", "/v1/studies"),
    ("POST", "/v1/studies"),
    ("POST", "/v1/studies/validate"),
    ("GET", "/v1/studies/x"),
    ("PATCH", "/v1/studies/x"),
    ("DELETE", "/v1/studies/x"),
    *(("POST", f"/v1/studies/x/{action}") for action in ("pause", "resume", "stop", "cancel", "extend")),
    ("GET", "/v1/studies/x/trials"),
    ("GET", "/v1/studies/x/trials/0"),
    ("GET", "/v1/studies/x/best"),
    ("GET", "/v1/studies/x/leaderboard"),
    ("GET", "/v1/studies/x/verdict"),
    ("GET", "/v1/studies/x/ingredients"),
    ("GET", "/v1/studies/x/curve?regularizer=l2"),
    ("GET", "/v1/studies/x/events"),
    ("GET", "/v1/best"),
    ("GET", "/v1/regularizers"),
    ("GET", "/v1/models"),
    ("GET", "/v1/datasets"),
    ("GET", "/v1/datasets/iris"),
]


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def guarded(serve):
    with serve(token=TOKEN) as opened:
        yield opened


class TestWithATokenInTheSettings:
    @pytest.mark.parametrize(
        "headers", [{}, bearer("wrong"), {"Authorization": f"Basic {TOKEN}"}, {"Authorization": TOKEN}], ids=str
    )
    def test_every_route_of_v1_needs_it(self, guarded, store, headers):
        for method, path in ROUTES:
            answer = guarded.request(method, path, headers=headers)
            assert answer.status_code == 401, (method, path)
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert answer.json()["type"] == "urn:ridgeline:problem:unauthorized"
            assert TOKEN not in answer.text
        assert store.studies.page().items == ()

    def test_it_opens_the_service(self, guarded):
        answer = guarded.post("/v1/studies", json={"dataset": "iris"}, headers=bearer(TOKEN))
        assert answer.status_code == 202

    def test_health_and_metrics_need_none(self, guarded):
        assert {guarded.get(path).status_code for path in ("/healthz", "/readyz", "/metrics", "/openapi.json")} == {200}

    def test_only_its_hash_is_stored(self, guarded, data_dir):
        guarded.get("/v1/studies", headers=bearer(TOKEN))
        for path in data_dir.iterdir():
            assert TOKEN.encode() not in path.read_bytes()

    def test_a_new_one_replaces_it_at_the_next_start(self, serve):
        with serve(token=TOKEN):
            pass
        with serve(token="another-token-of-the-operator") as client:
            assert client.get("/v1/studies", headers=bearer(TOKEN)).status_code == 401
            assert client.get("/v1/studies", headers=bearer("another-token-of-the-operator")).status_code == 200


def test_without_any_token_the_service_is_open(client):
    assert client.get("/v1/studies").status_code == 200


def test_without_any_token_a_needless_one_does_no_harm(client):
    assert client.get("/v1/studies", headers=bearer("anything")).status_code == 200


def test_tokens_come_and_go_while_it_runs(client, store):
    token = store.tokens.create("me")
    assert client.get("/v1/studies").status_code == 401
    assert client.get("/v1/studies", headers=bearer(token)).status_code == 200
    store.tokens.create("you")
    store.tokens.revoke("me")
    assert client.get("/v1/studies", headers=bearer(token)).status_code == 401


class TestBeyondLoopback:
    @pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "ridgeline.example.org"])
    def test_it_refuses_to_start_without_a_token(self, data_dir, host):
        with pytest.raises(TokenNeeded, match="RIDGELINE_TOKEN"):
            create_app(Settings(data_dir=data_dir, host=host))

    @pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
    def test_loopback_needs_none(self, data_dir, host):
        create_app(Settings(data_dir=data_dir, host=host)).state.store.close()

    def test_it_starts_with_the_token_of_the_settings(self, data_dir):
        create_app(Settings(data_dir=data_dir, host="0.0.0.0", token=TOKEN)).state.store.close()

    def test_it_starts_with_a_stored_token(self, data_dir, store):
        store.tokens.create("me")
        create_app(Settings(data_dir=data_dir, host="0.0.0.0")).state.store.close()
