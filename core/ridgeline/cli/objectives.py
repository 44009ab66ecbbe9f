"""A second objective and constraints as people read them."""

from ridgeline.cli.tables import print_table, say, table_of
from ridgeline.spec.objective_words import cells, columns
from ridgeline.spec.views.objectives import ObjectivesView
from ridgeline.spec.views.verdict import Verdict


def print_objectives(view: Verdict, told: ObjectivesView, names: dict[int, str]) -> None:
    """Each contender's measures, with the bound that a constraint goes by.

    Args:
        view: The verdict.
        told: Its part on them.
        names: Contenders in words, by number.
    """  # fmt: skip
    table = table_of(("contender", *columns(told)))
    for one in view.contenders:
        if one.setting is not None and one.score is not None:
            table.add_row(names[one.number], *cells(one, told))
    print_table(table)
    if told.constraints:
        say("A constraint holds when its one-sided 95 % bound, in brackets, does.")
