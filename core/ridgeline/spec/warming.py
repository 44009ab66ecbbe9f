"""Which settings of earlier studies a study asks first."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ridgeline.kinds import Range, Search
from ridgeline.spec.facts import DatasetFacts
from ridgeline.spec.models import Custom
from ridgeline.spec.resolved import ResolvedStudy, Setting
from ridgeline.spec.states import Evidence, Likeness
from ridgeline.spec.study import Mode
from ridgeline.spec.warm import LeftOut, WarmSetting, WarmStart

MOST_OF_A_KIND = 3
"""Settings of one kind that are taken; of a cocktail, mixes."""
SHARE_OF_BUDGET = 4
"""At most one of so many trials is spent on them."""
MOST_LEFT_OUT = 20
"""What was left out is told of so many settings."""


@dataclass(frozen=True)
class Found:
    """A setting that an earlier study has found."""

    setting: Setting
    loss: float
    """Lower is better; to be compared within exact studies only."""
    evidence: Evidence


@dataclass(frozen=True)
class Earlier:
    """An earlier study with the best that it has found of each kind."""

    study_id: str
    study: ResolvedStudy
    found: tuple[Found, ...]


def likeness(study: ResolvedStudy, earlier: ResolvedStudy) -> Likeness | str:
    """How alike two studies are, or why they are not.

    Exact: equal data, roles, metric, split and folds, model, preparation, training, and kinds under every trial; seed,
    sampler, pruner, budget and what is searched may differ.  Like: equal task, metric, kind of model and mode.
    """
    told = (
        ("mode", earlier.mode.value, study.mode.value),
        ("task", earlier.task.value, study.task.value),
        ("metric", earlier.objective.metric.value, study.objective.metric.value),
        ("model", _model(earlier), _model(study)),
    )
    for name, theirs, ours in told:
        if theirs != ours:
            return f"its {name} is {theirs}, not {ours}"
    if earlier.comparison != study.comparison:
        return Likeness.LIKE
    same = ("model", "preparation", "training", "always")
    return Likeness.EXACT if all(getattr(earlier, name) == getattr(study, name) for name in same) else Likeness.LIKE


def distance(data: DatasetFacts, other: DatasetFacts) -> float:
    """How far apart two data sets are: sqrt of the sum of ln(a/b)^2 over rows, input columns and classes."""
    pairs = zip(_sizes(data), _sizes(other), strict=True)
    return math.sqrt(sum(math.log(a / b) ** 2 for a, b in pairs))


def warm_start(study: ResolvedStudy, earlier: Sequence[Earlier]) -> WarmStart:
    """The settings of earlier studies that a study asks first.

    Of each kind at most three: exact ones first, then those of the nearest data; of these what a verdict recommends
    first, then the best score of a search.  Kinds take turns, up to a quarter of `budget.max_trials`.
    """
    left_out: list[LeftOut] = []
    candidates: list[tuple[tuple[bool, float, bool, float], WarmSetting]] = []
    for one in earlier:
        how = likeness(study, one.study)
        if not isinstance(how, Likeness):
            left_out.append(LeftOut(study_id=one.study_id, reason=how))
            continue
        far = distance(study.dataset, one.study.dataset)
        taken, reasons = 0, []
        for found in one.found:
            setting = found.setting.model_copy(update={"learning_rate": _nearest(study, found.setting.learning_rate)})
            reason = outside(study, setting)
            if reason is not None:
                reasons.append(reason)
                continue
            taken += 1
            of_search = found.evidence is Evidence.BEST_TRIAL
            place = (how is Likeness.LIKE, far, of_search, found.loss if how is Likeness.EXACT else 0.0)
            candidates.append((place, _warm(setting, one, how, far, found.evidence)))
        if not taken and not reasons:
            reasons.append("it has no complete trial of a kind that is searched here")
        left_out += [LeftOut(study_id=one.study_id, reason=reason) for reason in dict.fromkeys(reasons)]
    candidates.sort(key=lambda candidate: candidate[0])
    return WarmStart(
        settings=tuple(_in_turn(study, [setting for _, setting in candidates])),
        left_out=tuple(left_out[:MOST_LEFT_OUT]),
    )


def outside(study: ResolvedStudy, setting: Setting) -> str | None:
    """Why a setting is no point of what a study searches; None: it is one."""
    on = setting.kinds
    searched = {own.kind: own for own in study.regularizers if study.mode is Mode.COCKTAIL or not own.is_fixed}
    unknown = [kind for kind in on if kind not in searched]
    if unknown or not on:
        return f"{', '.join(unknown) or 'none'} is not searched here"
    if study.mode is Mode.COCKTAIL and any(
        tuple(kind for kind in group.kinds if kind in on) not in group.choices for group in study.groups
    ):
        return f"{', '.join(on)} are not on together here"
    for kind, strengths in on.items():
        for name, value in strengths.items():
            search = searched[kind].strengths.get(name)
            if search is None or not _holds(search, value):
                return f"{kind} with {name} {value:g} lies outside of what is searched here"
    return None


def _in_turn(study: ResolvedStudy, settings: Sequence[WarmSetting]) -> Iterator[WarmSetting]:
    """The first of each kind, then the second of each, as many as are asked; no setting comes twice."""
    kinds: dict[str, list[WarmSetting]] = {}
    seen: set[str] = set()
    for one in settings:
        key = setting_of(one).key
        own = kinds.setdefault(one.regularizer, [])
        if key not in seen and len(own) < MOST_OF_A_KIND:
            seen.add(key)
            own.append(one)
    room = study.budget.max_trials // SHARE_OF_BUDGET
    ordered = (own[rank] for rank in range(MOST_OF_A_KIND) for own in kinds.values() if rank < len(own))
    yield from (one for one, _ in zip(ordered, range(room), strict=False))


def setting_of(one: WarmSetting) -> Setting:
    """What is trained."""
    return Setting(regularizer=one.regularizer, strengths=dict(one.strengths), learning_rate=one.learning_rate)


def _warm(setting: Setting, earlier: Earlier, how: Likeness, far: float, evidence: Evidence) -> WarmSetting:
    return WarmSetting(
        **setting.model_dump(),
        study_id=earlier.study_id,
        dataset=earlier.study.dataset.name,
        how=how,
        distance=far,
        evidence=evidence,
    )


def _nearest(study: ResolvedStudy, rate: float) -> float:
    return min(study.training.learning_rates, key=lambda own: abs(math.log(own / rate)))


def _holds(search: Search, value: float) -> bool:
    match search:
        case Range(low=low, high=high):
            return low <= value <= high
        case tuple():
            return value in search
        case _:
            return value == search


def _model(study: ResolvedStudy) -> str:
    return f"custom {study.model.name}" if isinstance(study.model, Custom) else study.model.kind


def _sizes(data: DatasetFacts) -> tuple[int, int, int]:
    """Rows, input columns, classes; of numbers and labels, how many."""
    return data.rows, data.features, len(data.class_counts or ()) or data.outputs
