"""The page of the documentation says what the declarations say."""

from pathlib import Path

import pytest

from ridgeline.kinds import CATALOGUE
from ridgeline.kinds.page import page

KEPT = Path(__file__).parents[3] / "docs" / "regularizers.md"


def test_the_kept_page_is_the_one_that_the_declarations_give() -> None:
    assert KEPT.read_text(encoding="utf-8") == page(), "python -m ridgeline.kinds.page > docs/regularizers.md"


@pytest.mark.parametrize("kind", CATALOGUE)
def test_each_kind_has_its_formula_strengths_and_source_there(kind) -> None:
    section = page().split(f"\n## {kind}\n")[1].split("\n## ")[0]
    declared = CATALOGUE[kind]
    for told in (declared.formula, declared.source, declared.pytorch, *declared.elsewhere.values()):
        assert told in section
    for name in declared.bounds:
        assert f"`{kind}.{name}`" in section
