"""Data sets of an operator's own package are kept at a worker's start."""

import pytest

from ridgeline.files import Files
from ridgeline.spec.datasets import Source
from ridgeline.store import Store, upgrade
from ridgeline.tables import read
from ridgeline_worker.plugins import add_datasets


@pytest.fixture
def kept(tmp_path):
    """A store and the files beside it."""
    upgrade(tmp_path / "data")
    with Store.open(tmp_path / "data") as store:
        yield store, Files(tmp_path / "data")


def test_arrays_and_tables_are_kept_under_their_names_with_their_targets(installed, kept):
    store, files = kept
    installed(datasets={"points": "arrays", "pictures": "images", "prices": "table", "untold": "untold"})
    added = {named.name: named for named in add_datasets(store, files)}
    assert {name: named.roles and named.roles.target for name, named in added.items()} == {
        "points": ("y",),
        "pictures": ("y",),
        "prices": ("price",),
        "untold": None,
    }
    assert {name: named.task for name, named in added.items()} == {
        "points": "binary",
        "pictures": "regression",
        "prices": "multiclass",
        "untold": None,
    }
    assert added["pictures"].dataset.column("x").shape == (1, 4, 4)
    for named in added.values():
        assert named.dataset.source is Source.PLUGIN
        assert named.dataset.parameters == {"package": "acme-nets 1.2.3"}
        assert store.datasets.get(named.name) == named
        assert len(read(files.path(named.dataset), [named.dataset.columns[0].name])) == named.dataset.rows


def test_the_same_rows_again_are_the_same_data_set_and_nothing_is_left_over(installed, kept, tmp_path):
    store, files = kept
    installed(datasets={"points": "arrays", "prices": "table"})
    assert add_datasets(store, files) == add_datasets(store, files)
    assert len(list((tmp_path / "data" / "files" / "tables").iterdir())) == 2
    assert not list((tmp_path / "data" / "files" / "incoming").iterdir())


def test_what_fails_is_logged_and_leaves_nothing_while_the_others_are_kept(installed, kept, tmp_path, capsys):
    store, files = kept
    installed(datasets={"bad": "failing", "worse": "nonsense", "absent": "missing", "points": "arrays"})
    assert [named.name for named in add_datasets(store, files)] == ["points"]
    told = capsys.readouterr().out
    assert "the warehouse is closed" in told
    assert "must be a pyarrow Table or NumPy arrays (x, y)" in told
    assert "missing" in told
    assert store.datasets.find("bad") is None
    assert not list((tmp_path / "data" / "files" / "incoming").iterdir())
