"""Data sets are sent, made, listed, shown and removed by the client, against a real service."""

import uuid

import pytest

from ridgeline.client import Client
from ridgeline.errors import Conflict, Invalid, NotFound
from ridgeline.spec.built_in import BUILT_IN_SETS
from ridgeline.spec.datasets import Source
from ridgeline.spec.metrics import Task

CSV = "age;plan;churned\n" + "".join(f"{20 + i};{'ab'[i % 2]};{'yes' if i % 3 else 'no'}\n" for i in range(30))


@pytest.fixture
def client(service_url):
    with Client(service_url) as client:
        yield client


@pytest.fixture
def file(tmp_path):
    """A file whose name and content no other test has."""
    path = tmp_path / f"churn-{uuid.uuid4()}.csv"
    path.write_text(f"{CSV}{uuid.uuid4().int % 10**9};a;no\n")
    return path


def test_a_file_is_sent_with_its_progress_and_found_again(client, file):
    moves = []
    named = client.add_dataset(file, target="churned", progress=lambda sent, total: moves.append((sent, total)))
    assert (named.name, named.task, named.dataset.rows) == (file.stem, Task.BINARY, 31)
    assert moves[-1] == (file.stat().st_size, file.stat().st_size)
    assert client.dataset(named.name) == named
    assert client.dataset(named.dataset.id).dataset == named.dataset
    assert client.add_dataset(str(file), target="churned") == named
    (listed,) = [each for each in client.datasets() if each.name == named.name]
    assert (listed.id, listed.target, listed.source) == (named.dataset.id, ("churned",), Source.UPLOAD)


def test_every_field_goes_with_the_file(client, file):
    name = f"told {uuid.uuid4()}"
    named = client.add_dataset(
        file, name=name, target=-2, exclude=["age"], delimiter=";", header=True, encoding="latin-1", task="binary"
    )
    assert (named.name, named.roles.target, named.roles.exclude) == (name, ("plan",), ("age",))
    assert (named.dataset.options.delimiter, named.dataset.options.encoding) == (";", "iso8859-1")


def test_a_field_that_is_unknown_or_wrong_is_refused_before_anything_is_sent(wire, file):
    wire(lambda request: pytest.fail("nothing is to be sent"))
    with Client("http://nowhere") as client:
        with pytest.raises(Invalid, match="targt must be a known field"):
            client.add_dataset(file, targt="churned")
        with pytest.raises(Invalid, match="name must be letters"):
            client.add_dataset(file, name="a/b")
    with Client("http://nowhere") as client, pytest.raises(FileNotFoundError):
        client.add_dataset(file.with_name("nope.csv"))


def test_what_the_service_refuses_is_an_exception(client, file):
    with pytest.raises(Invalid, match="target must be a column but got 'churn'"):
        client.add_dataset(file, target="churn")
    with pytest.raises(Conflict, match="must stand for one data set"):
        client.add_dataset(file, name="iris")
    with pytest.raises(NotFound):
        client.dataset(file.stem)


def test_rows_of_a_generator_are_kept(client):
    seed = uuid.uuid4().int % 2**32
    named = client.generate_dataset("make_moons", {"n_samples": 40}, seed=seed, name=f"moons {seed}")
    assert (named.name, named.dataset.rows, named.dataset.source) == (f"moons {seed}", 40, Source.GENERATED)
    assert client.submit({"dataset": named.name}).study.dataset.id == named.dataset.id


def test_a_data_set_is_removed(client, file):
    named = client.add_dataset(file)
    client.remove_dataset(named.name)
    with pytest.raises(NotFound):
        client.remove_dataset(named.name)
    with pytest.raises(Conflict, match="comes with Ridgeline"):
        client.remove_dataset(next(iter(BUILT_IN_SETS)))
