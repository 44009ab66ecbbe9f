"""Uploads cost no memory, hold nobody up, and leave nothing behind when they fail half way."""

import errno
import io
import json
import os
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest

from ridgeline.files import Files
from ridgeline.library import library as library_module
from ridgeline.spec.datasets import NamedDataset
from ridgeline_service.operations import receiving

MIB = 2**20
HEAD = "age,plan,churned\n"
CSV = HEAD + "".join(f"{20 + i},{'ab'[i % 2]},{'yes' if i % 3 else 'no'}\n" for i in range(30))


def files_of(data_dir):
    walked = os.walk(data_dir / "files")  # unlike rglob it does not mind folders that go away meanwhile
    return {Path(folder) / name for folder, _, names in walked for name in names}


def soon(holds, seconds=20.0):
    """Wait until something holds: the service notices a lost client when it reads next."""
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds()


def form(content, *, name="churn", length=None):
    """The head of a request, and the whole body."""
    body = (
        f'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n{name}\r\n'
        f'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n{content}\r\n--x--\r\n'
    ).encode()
    head = (
        "POST /v1/datasets HTTP/1.1\r\nHost: here\r\nContent-Type: multipart/form-data; boundary=x\r\n"
        f"Content-Length: {length or len(body)}\r\n\r\n"
    ).encode()
    return head, body


def connect(client):
    return socket.create_connection((client.base_url.host, client.base_url.port), timeout=30)


class TestAnUploadThatFailsHalfWay:
    def test_because_its_client_hangs_up_leaves_nothing(self, client, data_dir, caplog):
        head, body = form(CSV * 20_000)  # more than is held before it goes to the disk
        with connect(client) as wire:
            wire.sendall(head + body[: len(body) // 2])
            assert soon(lambda: files_of(data_dir)), "the file is on disk as it comes"
        assert soon(lambda: not files_of(data_dir))
        assert soon(lambda: not list((data_dir / "files" / "incoming").iterdir()))
        assert client.get("/v1/datasets/churn").status_code == 404
        assert not [record for record in caplog.records if record.exc_info]

    def test_because_its_body_is_cut_short_leaves_nothing(self, client, data_dir):
        head, body = form(CSV)
        short = body[:-30]
        with connect(client) as wire:
            wire.sendall(head.replace(str(len(body)).encode(), str(len(short)).encode()) + short)
            assert b"422" in wire.recv(65_536).split(b"\r\n")[0]
        assert not files_of(data_dir)

    def test_because_the_disk_is_full_says_so_and_leaves_nothing(self, client, data_dir, monkeypatch):
        def full(*_):
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(receiving.Form, "write", full)
            answer = client.post("/v1/datasets", files={"file": ("churn.csv", CSV)})
        assert answer.status_code == 507
        assert "must have room" in answer.json()["detail"]
        assert not files_of(data_dir)
        assert client.post("/v1/datasets", files={"file": ("churn.csv", CSV)}).status_code == 201

    def test_because_there_is_less_room_than_it_announces_is_refused_at_once(self, client, data_dir, monkeypatch):
        monkeypatch.setattr(receiving, "disk_usage", lambda _: type("Usage", (), {"free": 100}))
        answer = client.post("/v1/datasets", files={"file": ("churn.csv", CSV)})
        assert answer.status_code == 507
        assert not files_of(data_dir)

    def test_because_it_is_too_large_is_refused_whether_it_says_so_or_not(self, serve, data_dir):
        def pieces():
            body = form(CSV * 12_000)[1]
            yield from (body[start : start + MIB] for start in range(0, len(body), MIB))

        with serve(max_upload_bytes=MIB) as client:
            told = client.post("/v1/datasets", files={"file": ("churn.csv", CSV * 12_000)})
            untold = client.post(
                "/v1/datasets", content=pieces(), headers={"Content-Type": "multipart/form-data; boundary=x"}
            )
        for answer in (told, untold):
            assert answer.status_code == 413, answer.text
            assert "RIDGELINE_MAX_UPLOAD_BYTES" in answer.json()["detail"]
        assert not files_of(data_dir)

    def test_because_its_row_cannot_be_written_leaves_a_table_for_the_sweep_only(self, client, data_dir, monkeypatch):
        with monkeypatch.context() as patch:
            patch.setattr("ridgeline.store.datasets._enter", lambda *_, **__: 1 / 0)
            assert client.post("/v1/datasets", files={"file": ("churn.csv", CSV)}).status_code == 500
        (left,) = files_of(data_dir)
        os.utime(left, (0, 0))
        assert Files(data_dir).sweep(frozenset(), older_than_seconds=60) == 1


def test_only_an_upload_may_be_long(serve):
    with serve(max_body_bytes=2000) as client:
        assert client.post("/v1/datasets", files={"file": ("churn.csv", CSV * 20)}).status_code != 413
        long = {"generator": "make_moons", "parameters": {"x": "y" * 3000}}
        for path, body in (("/v1/datasets", long), ("/v1/studies", {"dataset": "x" * 3000})):
            answer = client.post(path, json=body)
            assert answer.status_code == 413
            assert "RIDGELINE_MAX_BODY_BYTES" in answer.json()["detail"]
        files = {"file": ("churn.csv", CSV * 200)}
        assert client.post("/v1/studies", files=files).status_code == 413


def test_without_a_token_nothing_is_taken_in(serve, data_dir):
    with serve(token="a token of sixteen") as client:
        assert client.post("/v1/datasets", files={"file": ("churn.csv", CSV)}).status_code == 401
        assert client.delete("/v1/datasets/iris").status_code == 401
    assert not files_of(data_dir)


def test_one_file_sent_many_times_at_once_is_one_data_set(client, data_dir, monkeypatch):
    read = []
    ingest = library_module.outside.ingest
    monkeypatch.setattr(library_module.outside, "ingest", lambda *told, **more: read.append(1) or ingest(*told, **more))
    together = threading.Barrier(6)

    def send(name):
        together.wait()
        return client.post("/v1/datasets", files={"file": ("churn.csv", CSV)}, data={"name": name, "target": "churned"})

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, ["churn", "churn", "churn", "churn", "churn", "other"]))
    assert sorted(answer.status_code for answer in answers) == [200] * 4 + [201] * 2
    assert len({NamedDataset.model_validate(answer.json()).dataset.id for answer in answers}) == 1
    assert len(files_of(data_dir)) == 1
    assert len(read) == 1, "the file is read once"


def test_two_files_of_one_name_at_once_give_it_to_one(client):
    together = threading.Barrier(2)

    def send(content):
        together.wait()
        return client.post("/v1/datasets", files={"file": ("churn.csv", content)}).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, [CSV, CSV + "99,a,no\n"])) == [201, 409]


def test_while_files_are_read_everything_else_answers_quickly(client, monkeypatch):
    reading, go_on = threading.Event(), threading.Event()

    def slow(*_, **__):
        reading.set()
        assert go_on.wait(30)
        raise RuntimeError("enough")

    monkeypatch.setattr(library_module.outside, "ingest", slow)
    with ThreadPoolExecutor(8) as pool:
        sent = [
            pool.submit(client.post, "/v1/datasets", files={"file": ("a.csv", CSV + f"{i},a,no\n")}) for i in range(8)
        ]
        assert reading.wait(30)
        for path in ("/healthz", "/v1/datasets", "/v1/studies", "/v1/models"):
            began = time.monotonic()
            assert client.get(path).status_code == 200
            assert time.monotonic() - began < 5
        assert client.post("/v1/studies", json={"dataset": "iris"}).status_code == 202
        go_on.set()
        assert {each.result().status_code for each in sent} == {500}


class Rows(io.RawIOBase):
    """A CSV file of so many bytes that exists nowhere."""

    LINE = b"12345.678,0.25,abc,-17,1\r\n"

    def __init__(self, size):
        self.left = size
        self.head = b"a,b,c,d,e\r\n"

    def read(self, size=-1):
        if self.head:
            head, self.head = self.head, b""
            return head
        lines = min(size, self.left) // len(self.LINE)
        self.left -= max(lines, 1) * len(self.LINE)
        return self.LINE * lines


@pytest.fixture
def service_process(data_dir):
    """A service in a process of its own, and a client of it."""
    command = [sys.executable, "-m", "ridgeline_service", "serve", "--port", "0", "--data-dir", str(data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        with httpx.Client(base_url=url, timeout=60) as client:
            yield client, psutil.Process(process.pid)
        process.terminate()


def test_the_service_does_not_grow_with_the_file(service_process):
    """100 MB through a service in a process of its own, the child that reads them apart."""
    client, process = service_process
    assert client.post("/v1/datasets", files={"file": ("small.csv", CSV)}).status_code == 201
    before = process.memory_info().rss
    peak, sent = [before], threading.Event()

    def watch():
        while not sent.wait(0.02):
            peak.append(process.memory_info().rss)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        answer = client.post("/v1/datasets", files={"file": ("large.csv", Rows(100 * 10**6))}, timeout=280)
    finally:
        sent.set()
        watching.join()
    assert answer.status_code == 201, answer.text
    assert answer.json()["dataset"]["rows"] > 3.5 * 10**6
    assert max(peak) - before < 60 * MIB
