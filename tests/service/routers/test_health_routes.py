"""Health, readiness and figures."""

import sqlite3
import time
from contextlib import closing

import pytest


def test_a_service_that_can_work_is_healthy_and_ready(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}


def test_a_service_whose_schema_is_no_longer_its_own_is_not_ready(client, data_dir):
    with closing(sqlite3.connect(data_dir / "ridgeline.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "9999" in answer.json()["detail"]
    assert answer.headers["Retry-After"]
    assert client.get("/healthz").status_code == 200


def test_a_service_without_its_tables_is_not_ready_and_tells_no_internals(client, data_dir):
    with closing(sqlite3.connect(data_dir / "ridgeline.db")) as database:
        database.execute("DROP TABLE alembic_version")
        database.commit()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "SELECT" not in answer.text


@pytest.mark.usefixtures("study")
def test_metrics_count_requests_by_route_and_studies_by_state(client):
    client.get("/v1/studies/nothing")
    client.get("/secret/path")
    text = client.get("/metrics").text
    assert 'ridgeline_http_requests_total{method="POST",route="/v1/studies",status="202"} 1.0' in text
    assert 'ridgeline_http_requests_total{method="GET",route="/v1/studies/{study_id}",status="404"} 1.0' in text
    assert 'route="unmatched",status="404"' in text
    assert "secret" not in text
    assert 'ridgeline_studies{state="queued"} 1.0' in text
    assert 'ridgeline_studies{state="failed"} 0.0' in text
    assert "ridgeline_http_request_seconds_bucket" in text


def test_metrics_count_what_went_wrong_inside(client, monkeypatch):
    def broken(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("ridgeline.store.Datasets.page", broken)
    client.get("/v1/datasets")
    assert 'ridgeline_http_requests_total{method="GET",route="/v1/datasets",status="500"} 1.0' in (
        client.get("/metrics").text
    )


def test_metrics_count_listeners_until_they_go(client, study):
    def listeners():
        return next(line for line in client.get("/metrics").text.splitlines() if line.startswith("ridgeline_listeners"))

    with client.stream("GET", f"/v1/studies/{study['id']}/events") as stream:
        lines = stream.iter_lines()
        assert next(lines) == "event: study.queued"
        assert listeners() == "ridgeline_listeners 1.0"
    deadline = time.monotonic() + 10
    while listeners() != "ridgeline_listeners 0.0" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert listeners() == "ridgeline_listeners 0.0"
