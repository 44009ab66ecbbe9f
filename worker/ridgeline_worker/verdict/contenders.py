"""Who is trained again once the search has ended: a function of the study and its trials."""

from collections.abc import Iterator, Sequence

from ridgeline.kinds import CATALOGUE, Range, Search
from ridgeline.kinds.combining import COCKTAIL
from ridgeline.spec import ResolvedStudy, Setting
from ridgeline.spec.defaults import with_defaults
from ridgeline.spec.resolved import FixedRegularizer
from ridgeline.spec.states import TrialState
from ridgeline.spec.views import TrialView
from ridgeline.spec.views.verdict import Role
from ridgeline_worker.verdict.evidence import Contender

NONE = "none"

Candidate = tuple[Setting | None, Role]


def contenders(study: ResolvedStudy, trials: Sequence[TrialView]) -> tuple[Contender, ...]:
    """None, the constant prediction, the baseline, the best mix, then of each kind its best setting and its default.

    Equal settings are one contender with all their roles.  None takes the learning rate of its best complete trial, so
    does the baseline, and a default that of its kind's best; what is not complete takes the rate of the best trial of
    all.  A kind without a complete trial takes no part, nor does a default outside of what was asked for,
    or of a strength that is read off.

    Args:
        trials: All that the search has stored; one at least is complete.
    """  # fmt: skip
    complete = [trial for trial in trials if trial.state is TrialState.COMPLETE]
    roles: dict[str, tuple[Setting | None, set[Role]]] = {}
    for setting, role in _candidates(study, complete):
        roles.setdefault("" if setting is None else setting.key, (setting, set()))[1].add(role)
    return tuple(Contender(number, setting, frozenset(found)) for number, (setting, found) in enumerate(roles.values()))


def _candidates(study: ResolvedStudy, complete: Sequence[TrialView]) -> Iterator[Candidate]:
    rate = _best(study, complete).learning_rate
    none = FixedRegularizer(kind=NONE)
    yield _at_best_rate(study, complete, none, rate), Role.NONE
    yield None, Role.CONSTANT
    if study.baseline is not None:
        yield _at_best_rate(study, complete, study.baseline, rate), Role.BASELINE
    mixes = [trial for trial in complete if trial.regularizer == COCKTAIL]
    if mixes:
        yield _best(study, mixes).setting, Role.BEST
    for regularizer in study.regularizers:
        own = [trial for trial in complete if trial.regularizer == regularizer.kind]
        if regularizer.kind == NONE or not own:
            continue
        best = _best(study, own)
        yield best.setting, Role.BEST
        kind = CATALOGUE[regularizer.kind]
        default = with_defaults(kind(kind=regularizer.kind), study.training)
        asked = regularizer.strengths
        if all(name in asked and _is_within(value, asked[name]) for name, value in default.strengths.items()):
            yield _with_rate(default, best.learning_rate), Role.DEFAULT


def _at_best_rate(
    study: ResolvedStudy, complete: Sequence[TrialView], fixed: FixedRegularizer, otherwise: float
) -> Setting:
    """A fixed regularizer at the learning rate of its best complete trial."""
    own = [trial for trial in complete if (trial.regularizer, trial.strengths) == (fixed.kind, fixed.strengths)]
    return _with_rate(fixed, _best(study, own).learning_rate if own else otherwise)


def _with_rate(fixed: FixedRegularizer, learning_rate: float) -> Setting:
    return Setting(regularizer=fixed.kind, strengths=dict(fixed.strengths), learning_rate=learning_rate)


def _best(study: ResolvedStudy, complete: Sequence[TrialView]) -> TrialView:
    """The best score; of equals the lowest number."""
    sign = study.objective.direction.sign
    return min(complete, key=lambda trial: (sign * (trial.score or 0.0), trial.number))


def _is_within(value: float, asked: Search) -> bool:
    """Whether a number lies between the ends of what was asked for."""
    match asked:
        case Range(low=low, high=high):
            return low <= value <= high
        case tuple():
            return min(asked) <= value <= max(asked)
        case _:
            return value == asked
