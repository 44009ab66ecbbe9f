"""The page: everything that a report tells, put into its template."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from ridgeline.report import data, reproduce
from ridgeline.report.figures import Figure, Table
from ridgeline.report.figures.curves import curves
from ridgeline.report.figures.effects import effects
from ridgeline.report.figures.forest import decimals_of, forest
from ridgeline.report.figures.front import front, objectives
from ridgeline.report.figures.learning import learning
from ridgeline.report.figures.palette import DARK, looks
from ridgeline.report.figures.survival import survival
from ridgeline.report.material import Material, gather
from ridgeline.report.policy import plotly, policy, script, style
from ridgeline.report.sparsity import sparsity
from ridgeline.report.words import DASH, contender, fixed, signed
from ridgeline.spec.metrics import Direction
from ridgeline.spec.views import ContenderView, Gain, Interval
from ridgeline.spec.words import named, number, setting
from ridgeline.store import Store, answers


def page(store: Store, study_id: str) -> str:
    """The report of a study as HTML.

    Raises:
        NotFound: there is no such study.
        NotReady: it has not come to its verdict yet.
        NoVerdict: it has ended without one.
    """
    return render(gather(store, study_id))


def render(material: Material) -> str:
    """The same, of what was read."""
    return _template().render(_context(material))


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("ridgeline.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html")


def _context(material: Material) -> dict[str, Any]:
    verdict, study = material.verdict, material.study.study
    look = looks(material.kinds, answers.NONE)
    rates = len({one.setting.learning_rate for one in verdict.contenders if one.setting is not None}) > 1
    none = next((entry.score for entry in material.leaderboard.entries if entry.regularizer == answers.NONE), None)
    finalists = tuple(material.finalists)
    own: dict[str, Figure | None] = {
        "forest": forest(verdict, look, with_rates=rates),
        "front": front(verdict, look, with_rates=rates),
        "survival": survival(study, material.trials, look),
        "learning": learning(verdict, finalists, material.courses, look, with_rates=rates),
        "effects": None if verdict.ingredients is None else effects(verdict.ingredients, look),
    }
    kinds = tuple(curves(material.curves, material.trials, none, look))
    figures = [*(figure for figure in own.values() if figure is not None), *kinds]
    return {
        **own,
        "curves": kinds,
        "has_ladders": any(view.strength is not None for view in material.curves),
        "drawn": {figure.name: figure.drawn for figure in figures},
        "dark": DARK,
        "study": material.study,
        "resolved": study,
        "verdict": verdict,
        "cards": _cards(material),
        "training": reproduce.training(material),
        "is_shown": verdict.gain is Gain.SHOWN,
        "better": "lower" if verdict.direction is Direction.MINIMIZE else "higher",
        "objectives": None if verdict.objectives is None else objectives(verdict, verdict.objectives, with_rates=rates),
        "dropped": _dropped(verdict.contenders, decimals_of(verdict), with_rates=rates),
        "sparsity": sparsity(material),
        "data": {
            "facts": data.facts(material),
            "splits": data.splits(material),
            "classes": data.classes(material),
            "columns": data.columns(material),
            "remarks": data.remarks(material),
        },
        "environment": reproduce.environment(material),
        "again": reproduce.again(material),
        "policy": policy(),
        "plotly": plotly(),
        "script": script(),
        "style": style(),
    }


def _cards(material: Material) -> list[tuple[str, str, str]]:
    """The figures of the headline: what each is, its value, and what more to say of it."""
    verdict = material.verdict
    chosen, decimals = verdict.recommended, decimals_of(verdict)
    told = ", ".join(filter(None, (named(chosen.derived), f"learning rate {number(chosen.learning_rate)}")))
    cards = [("use", setting(chosen.regularizer, chosen.strengths), told)]
    if chosen.test is not None:
        test = chosen.test
        limits = "" if test.interval is None else f", {_limits(test.interval, decimals, with_sign=True)}"
        against = f"none {fixed(test.none, decimals)}; difference {signed(test.difference, decimals)}{limits}"
        is_none = chosen.regularizer == answers.NONE
        cards.append(
            (
                f"{verdict.metric} on {test.rows:,} test rows",
                fixed(test.recommended, decimals),
                "nothing was chosen by these rows" if is_none else against,
            )
        )
    if chosen.corrected is not None:
        own = chosen.corrected
        cards.append(
            (
                f"{verdict.metric} cross-validated",
                fixed(own.score, decimals),
                f"{_limits(own.interval, decimals)}, corrected for the choice by {signed(own.optimism, decimals)}",
            )
        )
    else:
        cards.append((f"{verdict.metric} cross-validated", fixed(chosen.score, decimals), "not corrected"))
    return cards


def _limits(interval: Interval, decimals: int, *, with_sign: bool = False) -> str:
    told = signed if with_sign else fixed
    return f"95\N{NO-BREAK SPACE}% {told(interval.low, decimals)} to {told(interval.high, decimals)}"


def _dropped(contenders: Sequence[ContenderView], decimals: int, *, with_rates: bool) -> Table | None:
    """Who was not trained again to the end; None: all were."""
    rows = [
        (contender(one, with_rate=with_rates), ", ".join(one.roles) or DASH, fixed(one.screening_score, decimals))
        for one in contenders
        if not one.went_on
    ]
    return Table(("setting", "as", "score in screening"), rows, frozenset({2})) if rows else None
