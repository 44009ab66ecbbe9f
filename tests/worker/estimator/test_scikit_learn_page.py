"""The page on the scikit-learn face runs as it stands."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "docs" / "scikit-learn.md"


@pytest.fixture(scope="module")
def page():
    """What its blocks define, one after another."""
    names = {"__name__": "example"}
    for source in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(source, str(PAGE), "exec"), names)
    return names


def test_its_example_recommends_and_beats_a_constant(page):
    search = page["search"]
    assert search.best_params_["regularizer"] in {"none", "l2", "dropout"}
    assert search.verdict_.rests_on.final_repeats == 3
    assert search.score(page["X_test"], page["y_test"]) > -0.3  # predicting the shares of the classes: -0.66


def test_its_table_has_a_row_for_each_setting(page):
    assert len(page["table"]) >= page["search"].study_.trials.started == 8
