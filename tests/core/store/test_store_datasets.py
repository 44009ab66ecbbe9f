"""A data set has names, each with its default target; what is in use stays."""

import threading

import pytest

from ridgeline.errors import Conflict, Invalid, NotFound
from ridgeline.spec.built_in import BUILT_IN_SETS
from ridgeline.spec.columns import Column, ColumnType
from ridgeline.spec.datasets import Counts, Dataset, NamedDataset, Roles, Source
from ridgeline.spec.metrics import Task

CHURNED = Roles(target=("churned",))
COUNTS = Counts(class_counts={"no": 30, "yes": 10}, class_units={"no": 30, "yes": 10}, units=40)
ID, OTHER = "a" * 64, "b" * 64


def dataset(identity=ID, source=Source.UPLOAD):
    columns = (
        Column(name="age", type=ColumnType.NUMERIC, distinct=40),
        Column(name="churned", type=ColumnType.CATEGORICAL, distinct=2, counts={"no": 30, "yes": 10}),
    )
    return Dataset(id=identity, source=source, rows=40, bytes=1234, columns=columns, preview=({"age": 31.0},))


def add(desk, name="churn", identity=ID, *, source=Source.UPLOAD, **more):
    return desk.store.datasets.add(dataset(identity, source), name, CHURNED, Task.BINARY, COUNTS, **more)


def studied(desk, name):
    return desk.submit(dataset=name, evaluation={"folds": 2})


@pytest.mark.parametrize("named", BUILT_IN_SETS.values(), ids=BUILT_IN_SETS.keys())
def test_a_built_in_data_set_is_found_by_name_and_id(desk, named):
    found = desk.store.datasets.get(named.name)
    assert (
        found == desk.store.datasets.find(named.dataset.id) == named.model_copy(update={"created_at": found.created_at})
    )


def test_an_unknown_data_set_is_not_found(desk):
    assert desk.store.datasets.find("nope") is None
    with pytest.raises(NotFound, match="data set 'nope'"):
        desk.store.datasets.get("nope")


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_pages_hold_every_name_once_in_order_with_what_it_stands_for(desk, limit):
    add(desk)
    page = desk.store.datasets.page(limit=limit)
    items = list(page.items)
    while page.next_cursor is not None:
        page = desk.store.datasets.page(page.next_cursor, limit)
        items.extend(page.items)
    assert tuple(item.name for item in items) == tuple(sorted([*BUILT_IN_SETS, "churn"])) == desk.store.datasets.names()
    (churn,) = [item for item in items if item.name == "churn"]
    assert (churn.id, churn.source, churn.rows, churn.columns, churn.bytes) == (ID, Source.UPLOAD, 40, 2, 1234)
    assert (churn.target, churn.task) == (("churned",), Task.BINARY)


def test_an_added_data_set_is_kept_as_it_was_told(desk):
    named, created = add(desk)
    assert created
    assert named == desk.store.datasets.get("churn") == desk.store.datasets.get(ID)
    assert named == NamedDataset(
        name="churn",
        roles=CHURNED,
        task=Task.BINARY,
        counts=COUNTS,
        created_at=named.created_at,
        dataset=dataset(),
    )
    assert named.created_at.timestamp() == desk.clock.now


def test_the_same_again_changes_nothing(desk):
    first, _ = add(desk)
    desk.clock.now += 60
    assert add(desk) == (first, False)


def test_the_same_content_may_have_several_names(desk):
    add(desk)
    desk.clock.now += 1
    named, created = desk.store.datasets.add(dataset(), "churn of May")
    assert created
    assert (named.roles, named.dataset) == (None, dataset())
    assert desk.store.datasets.get(ID).name == "churn", "an id stands for its oldest name"


def test_a_default_may_come_later_but_not_change(desk):
    desk.store.datasets.add(dataset(), "churn")
    named, created = add(desk)
    assert (created, named.roles) == (False, CHURNED)
    assert desk.store.datasets.add(dataset(), "churn")[0].roles == CHURNED
    with pytest.raises(Conflict, match="must have one default target but has churned"):
        desk.store.datasets.add(dataset(), "churn", Roles(target=("age",)), Task.REGRESSION, Counts(units=40))
    assert desk.store.datasets.get("churn").roles == CHURNED


def test_a_name_that_stands_for_other_rows_is_refused_and_nothing_is_placed(desk):
    add(desk)
    placed = []
    for name in ("churn", "iris"):
        with pytest.raises(Conflict, match="must stand for one data set"):
            add(desk, name, OTHER, place=lambda: placed.append(OTHER))
    assert placed == []
    assert desk.store.datasets.find(OTHER) is None


def test_a_name_that_looks_like_an_id_is_refused(desk):
    with pytest.raises(Invalid, match="must not look like the id"):
        add(desk, OTHER)


def test_a_failing_placement_leaves_no_row(desk):
    def fail():
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        add(desk, place=fail)
    assert desk.store.datasets.find("churn") is None


def test_the_name_of_a_plugin_follows_its_rows(desk):
    add(desk, "sensors", source=Source.PLUGIN)
    named, _ = add(desk, "sensors", OTHER, source=Source.PLUGIN)
    assert named.dataset.id == OTHER
    assert desk.store.datasets.get(ID).name == ID, "studies on the older rows still find them"


def test_with_its_last_name_the_content_goes(desk):
    add(desk)
    add(desk, "again")
    discarded = []
    desk.store.datasets.remove("churn", discard=discarded.append)
    assert desk.store.datasets.find("churn") is None
    assert discarded == []
    desk.store.datasets.remove("again", discard=discarded.append)
    assert desk.store.datasets.find(ID) is None
    assert discarded == [ID]


def test_by_its_id_all_names_go(desk):
    add(desk)
    add(desk, "again")
    discarded = []
    desk.store.datasets.remove(ID, discard=discarded.append)
    assert desk.store.datasets.names() == tuple(sorted(BUILT_IN_SETS))
    assert discarded == [ID]


def test_a_data_set_in_use_stays_until_its_studies_are_gone(desk):
    add(desk)
    discarded = []
    first, second = studied(desk, "churn"), studied(desk, "churn")
    with pytest.raises(
        Conflict, match=r"used by 2 studies; delete those studies first \(GET /v1/studies\?dataset=churn lists\)"
    ):
        desk.store.datasets.remove("churn", discard=discarded.append)
    add(desk, "again")
    desk.store.datasets.remove("churn", discard=discarded.append)  # the other name keeps the rows
    with pytest.raises(Conflict, match="used by 2 studies"):
        desk.store.datasets.remove(ID)
    for study_id in (first, second):
        desk.store.studies.act(study_id, "cancel")
        desk.store.studies.delete(study_id)
    assert discarded == []
    desk.store.datasets.remove("again", discard=discarded.append)
    assert discarded == [ID]


def test_what_comes_with_ridgeline_stays(desk):
    with pytest.raises(Conflict, match="comes with Ridgeline"):
        desk.store.datasets.remove("iris")
    with pytest.raises(NotFound):
        desk.store.datasets.remove("nope")


def test_rows_that_came_back_meanwhile_are_not_discarded(desk):
    """Another upload of the same file between the removal of the row and that of the table."""
    add(desk)
    write, count = desk.store.datasets._database.write, iter(range(9))

    def come_back():
        if next(count) == 1:
            desk.store.datasets._database.write = write
            add(desk)
        return write()

    desk.store.datasets._database.write = come_back
    discarded = []
    desk.store.datasets.remove("churn", discard=discarded.append)
    assert discarded == []
    assert desk.store.datasets.get("churn").dataset.id == ID


def test_a_sweep_is_told_of_every_id(desk):
    add(desk)
    told = []
    desk.store.datasets.sweep(lambda known: told.append(known) or 0)
    assert told == [frozenset([ID, *(named.dataset.id for named in BUILT_IN_SETS.values())])]


def test_the_same_data_set_added_at_once_is_there_once(desk):
    results = []
    start = threading.Barrier(8)

    def work():
        start.wait()
        results.append(add(desk))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(created for _, created in results) == [False] * 7 + [True]
    assert len({named.created_at for named, _ in results}) == 1


def test_studies_are_found_by_every_name_of_their_data(desk):
    add(desk)
    add(desk, "again")
    study_id = studied(desk, "churn")
    for name in ("churn", "again", ID):
        assert [study.id for study in desk.store.studies.page(dataset=name).items] == [study_id]
    assert desk.store.studies.page(dataset="iris").items == ()
    assert desk.store.studies.page(dataset="nope").items == ()
