"""The built-in data sets are there by name and id."""

import pytest

from ridgeline.errors import NotFound
from ridgeline.spec import BUILT_IN


@pytest.mark.parametrize("facts", BUILT_IN.values(), ids=BUILT_IN.keys())
def test_a_built_in_data_set_is_found_by_name_and_id(desk, facts):
    assert desk.store.datasets.get(facts.name) == desk.store.datasets.find(facts.id) == facts


def test_an_unknown_data_set_is_not_found(desk):
    assert desk.store.datasets.find("nope") is None
    with pytest.raises(NotFound, match="data set 'nope'"):
        desk.store.datasets.get("nope")


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_pages_hold_every_data_set_once_by_name(desk, limit):
    page = desk.store.datasets.page(limit=limit)
    items = list(page.items)
    while page.next_cursor is not None:
        page = desk.store.datasets.page(page.next_cursor, limit)
        items.extend(page.items)
    assert tuple(facts.name for facts in items) == tuple(sorted(BUILT_IN)) == desk.store.datasets.names()
