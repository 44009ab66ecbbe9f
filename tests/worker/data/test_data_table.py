"""The rows of a data set are the ones that its facts describe."""

import numpy as np
import pytest

from ridgeline.spec import BUILT_IN
from ridgeline_worker.data import load


@pytest.mark.parametrize("facts", BUILT_IN.values(), ids=lambda facts: facts.name)
class TestEveryBuiltInSet:
    def test_its_facts_are_those_of_its_rows(self, facts):
        table = load(facts)
        assert table.hash == facts.id
        assert table.x.shape == (facts.rows, len(facts.features))
        assert table.task is facts.task
        assert np.isfinite(table.x).all()
        assert np.isfinite(table.y).all()

    def test_its_class_counts_are_those_of_its_targets_in_the_order_of_the_outputs(self, facts):
        if facts.class_counts is None:
            assert len(np.unique(load(facts).y)) > 20
            return
        classes, counts = np.unique(load(facts).y, return_counts=True)
        assert classes.tolist() == list(range(len(facts.class_counts)))
        assert counts.tolist() == list(facts.class_counts.values())


def test_other_rows_under_a_known_name_are_refused():
    facts = BUILT_IN["iris"].model_copy(update={"id": "0" * 64})
    with pytest.raises(ValueError, match=r"'iris' must hash to 0{64} but got 18565d"):
        load(facts)


def test_a_name_that_nobody_knows_is_refused():
    facts = BUILT_IN["iris"].model_copy(update={"name": "moons"})
    with pytest.raises(ValueError, match=r"must be one of iris, .* but got 'moons'"):
        load(facts)
