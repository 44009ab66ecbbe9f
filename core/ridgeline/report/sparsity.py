"""What is left of the weights under the kinds that make exact zeros."""

from collections.abc import Iterator

from ridgeline.report.figures import Table
from ridgeline.report.material import Material
from ridgeline.report.words import DASH, contender, share
from ridgeline.spec.views import Sparsity

EXACT = frozenset({"l1", "elastic_net", "group_lasso"})
"""Kinds whose proximal step sets weights to zero."""

Found = tuple[str, str, Sparsity]
"""A contender, the rows that its models were trained on, and what is left of them."""


def sparsity(material: Material) -> Table | None:
    """The refit of such a kind, and the models of the final's first repeat; None: there are neither."""
    found = [*_refit(material), *_of_the_final(material)]
    if not found:
        return None
    below = f"below {found[0][2].below:g}"
    columns = ("setting", "trained on", "weights", "exactly zero", below, "inputs that nothing reads")
    return Table(columns, [_row(*each) for each in found], frozenset({2, 3, 4, 5}))


def _refit(material: Material) -> Iterator[Found]:
    chosen = material.verdict.recommended
    if chosen.sparsity is not None and EXACT & set(chosen.setting.kinds):
        one = next(one for one in material.verdict.contenders if one.number == chosen.number)
        yield f"★ {contender(one)}", "all but the test part", chosen.sparsity


def _of_the_final(material: Material) -> Iterator[Found]:
    for one in material.finalists:
        course = material.courses.get(one.number)
        if course is not None and one.setting is not None and EXACT & set(one.setting.kinds):
            yield contender(one), "folds of the final, mean", course.sparsity


def _row(name: str, where: str, found: Sparsity) -> tuple[str, ...]:
    inputs = DASH if found.unread is None else f"{found.unread} of {found.inputs}"
    return (name, where, f"{found.weights:,}", share(found.zero), share(found.small), inputs)
