"""The next generation of trials: a function of the study and of what has been tried."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from ridgeline.spec import ResolvedStudy, Setting
from ridgeline.spec.resolved import FixedRegularizer
from ridgeline.spec.states import Origin, TrialState
from ridgeline.spec.study import Mode
from ridgeline.spec.views import TrialView
from ridgeline.spec.warming import setting_of
from ridgeline.store import NewTrial
from ridgeline_worker.search.allotment import Standing, allot
from ridgeline_worker.search.cocktail import MixedStudy, ingredients_alone
from ridgeline_worker.search.dealing import brackets_dealt, interleaved
from ridgeline_worker.search.space import space_of
from ridgeline_worker.search.substudy import SubStudy

Allot = Callable[[int, Sequence[Standing]], dict[str, int]]


def next_generation(
    study: ResolvedStudy, trials: Sequence[TrialView], max_trials: int, *, allot: Allot = allot
) -> tuple[NewTrial, ...]:
    """The trials to train next; none when the budget is spent or every kind is exhausted.

    Order of a study: none, the baseline and the kinds without anything to search, one trial a learning rate each;
    then sampled ones.  Of a cocktail: none, the baseline, each ingredient alone, then mixes.  What earlier studies have
    found comes before what is sampled.  A generation is the
    next `plan.generation_trials` of them, cut by the budget.  No setting comes twice.

    Args:
        trials: all stored ones, by number, every one ended.
        max_trials: the budget, which may have grown since the study was resolved.
    """  # fmt: skip
    room = min(study.plan.generation_trials, max_trials - len(trials))
    if room <= 0:
        return ()
    generation = 1 + max((trial.generation for trial in trials), default=-1)
    known = {trial.key for trial in trials} | {_asked(trial).key for trial in trials if trial.origin is Origin.READ_OFF}
    given: dict[str, tuple[Setting, Origin]] = {}
    for setting, origin in _given(study):
        given.setdefault(setting.key, (setting, origin))
    waiting = [entry for key, entry in given.items() if key not in known][:room]
    known |= given.keys()
    dealt = [(setting, origin, 0) for setting, origin in waiting]
    missing = room - len(waiting)
    if study.mode is Mode.COCKTAIL:
        sampled = _mixed(study, trials, generation=generation, count=missing, known=known)
    else:
        sampled = _sampled(study, trials, generation=generation, count=missing, known=known, allot=allot)
    dealt += [(setting, Origin.SAMPLED, bracket) for setting, bracket in sampled]
    return tuple(
        NewTrial(
            number=number,
            setting=setting,
            origin=origin,
            generation=generation,
            bracket=bracket,
            derived=study.derived(setting),
        )
        for number, (setting, origin, bracket) in enumerate(dealt, start=len(trials))
    )


def _given(study: ResolvedStudy) -> Iterator[tuple[Setting, Origin]]:
    """Settings that need no sampler, in the order of the study."""
    mixes = study.mode is Mode.COCKTAIL
    fixed = [regularizer.fixed() for regularizer in study.regularizers if regularizer.is_fixed]
    read_off = {regularizer.kind for regularizer in study.regularizers if regularizer.read_off}
    groups: list[tuple[Origin, list[FixedRegularizer]]] = [
        (Origin.NONE, [regularizer for regularizer in fixed if regularizer.kind == "none"]),
        (Origin.BASELINE, [study.baseline] if study.baseline else []),
        (Origin.FIXED, [regularizer for regularizer in fixed if regularizer.kind != "none" and not mixes]),
    ]
    for origin, regularizers in groups:
        for regularizer in regularizers:
            for rate in study.training.learning_rates:
                strengths = dict(regularizer.strengths)
                setting = Setting(regularizer=regularizer.kind, strengths=strengths, learning_rate=rate)
                is_read_off = origin is Origin.FIXED and regularizer.kind in read_off
                yield setting, Origin.READ_OFF if is_read_off else origin
    if mixes:
        for setting in ingredients_alone(study):
            yield setting, Origin.DEFAULT
    for one in study.warm_start.settings if study.warm_start else ():
        yield setting_of(one), Origin.WARM


def _mixed(
    study: ResolvedStudy, trials: Sequence[TrialView], *, generation: int, count: int, known: set[str]
) -> list[tuple[Setting, int]]:
    """So many mixes with their brackets, dealt in proportion."""
    if count == 0:
        return []
    settings = MixedStudy(study, trials, generation).ask(count, known)
    before = sum(trial.origin is Origin.SAMPLED for trial in trials)
    brackets = brackets_dealt([bracket.share for bracket in study.plan.brackets], before, len(settings))
    return list(zip(settings, brackets, strict=True))


def _sampled(
    study: ResolvedStudy,
    trials: Sequence[TrialView],
    *,
    generation: int,
    count: int,
    known: set[str],
    allot: Allot,
) -> list[tuple[Setting, int]]:
    """So many settings from the samplers with their brackets; what an exhausted kind cannot use goes to the others."""
    spaces = {
        regularizer.kind: space_of(regularizer, study.training.learning_rates)
        for regularizer in study.regularizers
        if not regularizer.is_fixed
    }
    past, warm = (_by_kind(trials, spaces, origin) for origin in (Origin.SAMPLED, Origin.WARM))
    substudies: dict[str, SubStudy] = {}
    asked: dict[str, list[Setting]] = {kind: [] for kind in spaces}
    open_kinds = list(spaces)
    while open_kinds and (missing := count - sum(map(len, asked.values()))) > 0:
        standings = [_standing(study, kind, past[kind], len(asked[kind])) for kind in open_kinds]
        for kind, share in allot(missing, standings).items():
            if share == 0:
                continue
            if kind not in substudies:
                substudies[kind] = SubStudy(study, spaces[kind], past[kind], generation, warm=warm[kind])
            settings = substudies[kind].ask(share, known)
            asked[kind] += settings
            if len(settings) < share:
                open_kinds.remove(kind)
    return _in_brackets(study, asked, {kind: len(before) for kind, before in past.items()})


def _by_kind(trials: Sequence[TrialView], kinds: Iterable[str], origin: Origin) -> dict[str, list[TrialView]]:
    """The trials of one origin of each kind, by number."""
    found: dict[str, list[TrialView]] = {kind: [] for kind in kinds}
    for trial in trials:
        if trial.origin is origin and trial.regularizer in found:
            found[trial.regularizer].append(trial)
    return found


def _standing(study: ResolvedStudy, kind: str, past: Sequence[TrialView], asked: int) -> Standing:
    sign = study.objective.direction.sign
    complete = (trial.score for trial in past if trial.state is TrialState.COMPLETE)
    losses = tuple(sign * score for score in complete if score is not None)
    return Standing(kind=kind, sampled=len(past) + asked, losses=losses)


def _in_brackets(
    study: ResolvedStudy, asked: dict[str, list[Setting]], before: dict[str, int]
) -> list[tuple[Setting, int]]:
    """The settings in turn over the kinds; each kind's are dealt to the brackets in proportion.

    Kinds start at different places of that deal, else few trials a generation would all be in one bracket.
    """
    shares = [bracket.share for bracket in study.plan.brackets]
    queues = {
        kind: zip(settings, brackets_dealt(shares, place + before[kind], len(settings)), strict=True)
        for place, (kind, settings) in enumerate(asked.items())
    }
    order = interleaved({kind: len(settings) for kind, settings in asked.items()})
    return [next(queues[kind]) for kind in order]


def _asked(trial: TrialView) -> Setting:
    """A trial whose strength is read off, as it was when it was asked: without."""
    return trial.setting.model_copy(update={"strengths": {}})
