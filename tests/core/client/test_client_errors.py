"""What a client says when the other side fails."""

import httpx
import pytest

from ridgeline.client import Client
from ridgeline.errors import Invalid, NotReady, RidgelineError, ServiceFailed, Unauthorized, Unreachable


def problem(status: int, slug: str, detail: str) -> httpx.Response:
    told = {"type": f"urn:ridgeline:problem:{slug}", "title": slug, "status": status, "detail": detail, "instance": "/"}
    return httpx.Response(status, json=told)


@pytest.mark.parametrize(
    ("status", "slug", "expected"),
    [
        (401, "unauthorized", Unauthorized),
        (409, "not_ready", NotReady),
        (413, "content_too_large", RidgelineError),
        (500, "internal", ServiceFailed),
        (503, "of_a_newer_service", ServiceFailed),
    ],
)
def test_a_problem_becomes_its_exception_with_its_words(wire, status, slug, expected) -> None:
    wire(lambda request: problem(status, slug, "what went wrong; what to do"))
    with Client("http://service") as client, pytest.raises(RidgelineError) as raised:
        client.study("1")
    assert type(raised.value) is expected
    assert str(raised.value) == "what went wrong; what to do"


def test_an_answer_of_something_else_is_shown_in_one_line(wire) -> None:
    wire(lambda request: httpx.Response(502, text="<h1>Bad\nGateway</h1>" + "x" * 1000))
    with Client("http://service") as client, pytest.raises(ServiceFailed) as raised:
        client.study("1")
    assert "http://service/v1/studies/1" in str(raised.value)
    assert "status 502 with '<h1>Bad Gateway" in str(raised.value)
    assert len(str(raised.value)) < 400


def test_a_body_that_is_no_such_answer_is_refused(wire) -> None:
    wire(lambda request: httpx.Response(200, json={"id": 1}))
    with Client("http://service") as client, pytest.raises(ServiceFailed, match="StudyView"):
        client.study("1")


def test_nobody_there_says_where_and_what_to_do() -> None:
    with Client("http://127.0.0.1:9") as client, pytest.raises(Unreachable) as raised:
        client.study("1")
    assert "http://127.0.0.1:9" in str(raised.value)
    assert "ridgeline serve" in str(raised.value)


def test_a_slow_service_is_given_up(wire) -> None:
    def too_slow(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow", request=request)

    wire(too_slow)
    with Client("http://service", timeout_seconds=7) as client, pytest.raises(Unreachable, match="within 7 seconds"):
        client.study("1")


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://service", "http://", "nonsense", "http://[::1"])
def test_what_is_no_url_is_invalid(url) -> None:
    with pytest.raises(Invalid, match="url must be an http or https URL"):
        Client(url)


def test_the_token_goes_with_every_request(wire, monkeypatch) -> None:
    seen = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("Authorization"))
        return httpx.Response(204)

    wire(handler)
    monkeypatch.delenv("RIDGELINE_TOKEN", raising=False)
    for token in ("secret", None):
        with Client("http://service", token) as client:
            client.delete("1")
    monkeypatch.setenv("RIDGELINE_TOKEN", "of the environment")
    with Client("http://service") as client:
        client.delete("1")
    assert seen == ["Bearer secret", None, "Bearer of the environment"]


def test_fields_of_a_newer_service_are_ignored(wire) -> None:
    page = {"items": [], "next_cursor": None, "total": 0}
    wire(lambda request: httpx.Response(200, json=page))
    with Client("http://service") as client:
        assert client.models() == ()
