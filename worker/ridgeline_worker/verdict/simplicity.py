"""The full order of simplicity of settings."""

from collections.abc import Mapping

from ridgeline.kinds import CATALOGUE
from ridgeline.spec.resolved import Setting, simplicity
from ridgeline.spec.views.verdict import Role
from ridgeline_worker.verdict.evidence import Contender

Rank = tuple[int, int, float, tuple[str, ...], tuple[tuple[float, ...], ...], bool, float, int]
"""Compares as the order does: the smaller is the simpler."""


def ingredients(setting: Setting) -> dict[str, dict[str, float]]:
    """Which kinds act, with which strengths: nothing for none, several for a mix with its dotted names."""
    if setting.regularizer == "none":
        return {}
    if setting.regularizer in CATALOGUE:
        return {setting.regularizer: dict(setting.strengths)}
    mixed: dict[str, dict[str, float]] = {}
    for dotted, value in setting.strengths.items():
        kind, name = dotted.split(".", 1)
        mixed.setdefault(kind, {})[name] = value
    return mixed


def rank(contender: Contender) -> Rank:
    """Where a contender stands in the order of simplicity; of settings that compete.

    First by the number of kinds that act, so none is the simplest and a mix follows every single kind; then by the
    sum of their places (weight_decay, l2, dropout, l1, elastic_net, others), by the cost of a step and by name; within
    the same kinds more regularization first, strength by strength; then the lower learning rate, the reference among
    equals, and the number.

    Raises:
        ValueError: the constant prediction, which has no setting.
    """
    if contender.setting is None:
        raise ValueError("the constant prediction has no setting and stands in no order of simplicity")
    acting = ingredients(contender.setting)
    places = sorted(simplicity(kind) for kind in acting)
    cost = 1.0
    for _, relative, _ in places:
        cost *= relative
    names = tuple(kind for *_, kind in places)
    weakness = tuple(_weakness(kind, acting[kind]) for kind in names)
    reference = Role.NONE not in contender.roles
    return (
        len(places),
        sum(place for place, *_ in places),
        cost,
        names,
        weakness,
        reference,
        contender.setting.learning_rate,
        contender.number,
    )


def _weakness(kind: str, strengths: Mapping[str, float]) -> tuple[float, ...]:
    """Each strength, signed so that less regularization is more."""
    return tuple(
        -strengths[name] if bounds.more_is_stronger else strengths[name]
        for name, bounds in CATALOGUE[kind].bounds.items()
        if name in strengths
    )
