"""Who is trained again once the search has ended: a function of the study and its trials."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ridgeline.kinds import CATALOGUE, Range, Search
from ridgeline.kinds.combining import COCKTAIL
from ridgeline.spec import ResolvedStudy, Setting
from ridgeline.spec.defaults import with_defaults
from ridgeline.spec.resolved import FixedRegularizer
from ridgeline.spec.states import TrialState
from ridgeline.spec.study import Mode
from ridgeline.spec.views import TrialView
from ridgeline.spec.views.verdict import Role
from ridgeline_worker.verdict.ablation import ablations, alone
from ridgeline_worker.verdict.evidence import Contender
from ridgeline_worker.verdict.screening import FIRST

NONE = "none"

Candidate = tuple[Setting | None, Role]


def contenders(study: ResolvedStudy, trials: Sequence[TrialView]) -> tuple[Contender, ...]:
    """None, the constant prediction, the baseline, then of each kind its best setting and its default.

    Of a cocktail in place of these: the best mix and the best of all kinds alone.  The better of the two in the search
    is the winner; beside it stand the winner without each of its ingredients and, where it has more than two, each of
    them alone at the winner's strengths.  A default of every kind, and the best of every kind, would take two
    contenders a kind from the room of the final, and answer what nobody has asked: which kind is best alone.

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
    none = _at_best_rate(study, complete, FixedRegularizer(kind=NONE), rate)
    yield none, Role.NONE
    yield None, Role.CONSTANT
    if study.baseline is not None:
        yield _at_best_rate(study, complete, study.baseline, rate), Role.BASELINE
    if study.mode is Mode.COCKTAIL:
        yield from _of_mixes(study, complete, none.learning_rate)
        return
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


def _of_mixes(study: ResolvedStudy, complete: Sequence[TrialView], rate: float) -> Iterator[Candidate]:
    """The best mix, the best kind alone, and the better of both taken apart; `rate`: of none."""
    mixes = [trial for trial in complete if trial.regularizer == COCKTAIL]
    singles = [trial for trial in complete if trial.regularizer in study.ingredients]
    best = [_best(study, trials) for trials in (mixes, singles) if trials]
    for trial in best:
        yield trial.setting, Role.BEST
    if not best:
        return
    winner = _best(study, best).setting
    yield winner, Role.WINNER
    for ablation in ablations(study, winner, none_rate=rate):
        yield ablation.setting, Role.ABLATION
    for setting in alone(study, winner):
        yield setting, Role.SIMPLIFIED


@dataclass(frozen=True)
class Entrants:
    """Who takes part in the final."""

    contenders: tuple[Contender, ...]
    """By number, the constant prediction among them."""
    are_screened: bool
    """False: all of them go on, so that nothing is left for screening to choose."""


def affordable(found: tuple[Contender, ...], room: Callable[[int], int]) -> Entrants:
    """Those contenders that take part, and whether screening chooses among them.

    All of them, unscreened, if all have room: screening would cost nearly as much, and leave out some that are as good.
    Else all, screened; of a cocktail those that leave room for all ablations, as far as any do: all of them, if those
    that go on first and one more have room after their screening; else all but ingredients alone, if those that go on
    first have; else these only, unscreened, if they have room then.  Without room for all ablations, screening chooses
    among them.

    Args:
        found: All contenders.
        room: Settings that may go on after so many were screened.
    """
    free = [one for one in found if one.setting is None]
    if room(0) >= len(found) - len(free):
        return Entrants(found, are_screened=False)
    if not any(Role.ABLATION in one.roles for one in found):
        return Entrants(found, are_screened=True)
    first = [one for one in found if one.roles & FIRST]
    larger = tuple(one for one in found if one.roles != {Role.SIMPLIFIED})
    if room(len(found) - len(free)) > len(first):
        return Entrants(found, are_screened=True)
    if room(len(larger) - len(free)) >= len(first):
        return Entrants(larger, are_screened=True)
    if room(0) >= len(first):
        least = tuple(sorted((*free, *first), key=lambda one: one.number))
        return Entrants(least, are_screened=False)
    return Entrants(larger, are_screened=True)


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
