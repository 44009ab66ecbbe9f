"""How many trials of each kind every rung let go on."""

from collections.abc import Mapping, Sequence

from ridgeline.report.figures.figure import Figure, Table, layout
from ridgeline.report.figures.palette import CARD, Look
from ridgeline.spec.resolved import ResolvedStudy
from ridgeline.spec.states import TrialState
from ridgeline.spec.views import TrialView

HEIGHT = 320


def survival(study: ResolvedStudy, trials: Sequence[TrialView], looks: Mapping[str, Look]) -> Figure:
    """Trials by kind: asked, then those that were scored at each rung or beyond it."""
    rungs = study.plan.rungs
    kinds = [kind for kind in looks if any(trial.regularizer == kind for trial in trials)]
    trained = [0, *(rung.model_epochs for rung in rungs)]
    reached = {kind: [_reached(trials, kind, epochs) for epochs in trained] for kind in kinds}
    stages = ["asked", *("{} {}".format(*study.plan.resource_of(rung)) for rung in rungs)]
    ends = {kind: [_ended(trials, kind, state) for state in _ENDS] for kind in kinds}
    total = [sum(counts[place] for counts in reached.values()) for place in range(len(stages))]
    traces = [
        {
            "type": "bar",
            "name": kind,
            "x": stages,
            "y": reached[kind],
            "marker": {
                "color": looks[kind].colour,
                "line": {"color": CARD, "width": 1},
                "pattern": {
                    "shape": _PATTERNS.get(looks[kind].dash, ""),
                    "bgcolor": looks[kind].colour,
                    "fgcolor": CARD,
                    "size": 7,
                },
            },
            "hovertemplate": f"{kind}: %{{y}} of {reached[kind][0]}<extra></extra>",
        }
        for kind in kinds
    ]
    told = ", ".join(f"{count} at {stage}" for stage, count in zip(stages[1:], total[1:], strict=True))
    return Figure(
        name="survival",
        told=f"Trials that reached each rung, by kind: {total[0]} asked, {told}. The table has them by kind.",
        traces=traces,
        layout=layout(
            HEIGHT,
            barmode="stack",
            bargap=0.35,
            showlegend=True,
            legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
            yaxis={"rangemode": "tozero"},
            xaxis={"showgrid": False, "type": "category"},
        ),
        table=Table(
            ("kind", *stages, *(state.value for state in _ENDS)),
            [(kind, *map(str, (*reached[kind], *ends[kind]))) for kind in kinds],
            frozenset(range(1, 1 + len(stages) + len(_ENDS))),
        ),
    )


_ENDS = (TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAILED, TrialState.STOPPED)
_PATTERNS = {"dash": "/", "dot": ".", "dashdot": "x", "longdash": "-"}
"""Kinds whose colour is another's as well."""


def _reached(trials: Sequence[TrialView], kind: str, model_epochs: int) -> int:
    own = (trial.rungs[-1].place.model_epochs if trial.rungs else 0 for trial in trials if trial.regularizer == kind)
    return sum(trained >= model_epochs for trained in own)


def _ended(trials: Sequence[TrialView], kind: str, state: TrialState) -> int:
    return sum(trial.regularizer == kind and trial.state is state for trial in trials)
