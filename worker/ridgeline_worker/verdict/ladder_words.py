"""The sentences about a ladder."""

from collections.abc import Iterator

from ridgeline.kinds import Range
from ridgeline.spec.metrics import Direction
from ridgeline.spec.resolved import ResolvedStudy
from ridgeline.spec.views.ladders import End, LadderView, Plateau
from ridgeline_worker.verdict.rung_values import legal
from ridgeline_worker.verdict.words import better, listed, number, score_words

ENDS = {End.LOW: "lower", End.HIGH: "upper"}
SHOWN = 8
"""Strengths that are named one by one."""


def ladder_statement(ladder: LadderView, study: ResolvedStudy) -> str:
    """All that a ladder says, in plain words."""
    return " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in _sentences(ladder, study))


def plateau_words(plateau: Plateau) -> str:
    """Such as `0.001 to 0.03`, or the one strength that it is."""
    if plateau.low == plateau.high:
        return number(plateau.low)
    return f"{number(plateau.low)} to {number(plateau.high)}"


def plateau_sentence(ladder: LadderView) -> str:
    """The plateau in one sentence of a verdict."""
    of = f"of {len(ladder.rungs)} strengths of {ladder.regularizer} on further folds"
    if ladder.plateau.low == ladder.plateau.high:
        return f"{of}, {ladder.strength} {number(ladder.best)} is the best, and no neighbour is as good"
    return f"{of}, {ladder.strength} {plateau_words(ladder.plateau)} is as good as the best, {number(ladder.best)}"


def ladder_at_end(ladder: LadderView, study: ResolvedStudy) -> str | None:
    """What a verdict warns of: the best of a ladder beyond what was searched, or still at its end; None: neither."""
    if ladder.boundary is not None:
        return f"on a ladder of {ladder.regularizer}.{ladder.strength} {_boundary(ladder, ladder.boundary, study)}"
    if ladder.at(ladder.best).is_beyond:
        return (
            f"on a ladder of {ladder.regularizer}.{ladder.strength} the best is {number(ladder.best)}, beyond what was "
            f"searched (as good: {plateau_words(ladder.plateau)}): search a range around it"
        )
    return None


def _sentences(ladder: LadderView, study: ResolvedStudy) -> Iterator[str]:
    name, values = ladder.strength, [rung.value for rung in ladder.rungs]
    best = ladder.at(ladder.best)
    yield (
        f"of {len(values)} strengths of {ladder.regularizer} from {number(values[0])} to {number(values[-1])}, trained "
        f"again on {ladder.repeats * ladder.folds} fresh folds, {name} {number(ladder.best)} is the best, with "
        f"{score_words(study.objective.metric, best.score or 0.0)}"
    )
    if ladder.plateau.low < ladder.plateau.high:
        yield f"as good, within one standard error of it, is every {name} of them from {plateau_words(ladder.plateau)}"
    else:
        yield "no neighbour of it is within one standard error"
    apart = [v for v in ladder.plateau.strengths if not ladder.plateau.low <= v <= ladder.plateau.high]
    if apart:
        yield f"so, apart from these, {'is' if len(apart) == 1 else 'are'} {listed([number(v) for v in apart], SHOWN)}"
    yield from _against_none(ladder, study.objective.direction)
    failed = [number(rung.value) for rung in ladder.rungs if rung.score is None]
    if failed:
        yield f"training gave no score at {listed(failed, SHOWN)}"
    if ladder.boundary is not None:
        yield _boundary(ladder, ladder.boundary, study)
    elif ladder.beyond:
        yield (
            f"the best of what was searched lay at an end, so that the ladder went on by itself to "
            f"{listed([number(value) for value in ladder.beyond], SHOWN)}"
        )


def _against_none(ladder: LadderView, direction: Direction) -> Iterator[str]:
    if ladder.none is None:
        yield "training without a regularizer gave no score"
        return
    told = f"none has {number(ladder.none.score)} on the same folds"
    if ladder.none.in_plateau:
        yield f"{told}, which is within one standard error of the best too"
    else:
        yield f"{told}, {better(ladder.none.difference_to_best, direction)}"


def _boundary(ladder: LadderView, end: End, study: ResolvedStudy) -> str:
    """Why the best is still at an end, and what that means."""
    bounds = legal(study, ladder.regularizer, ladder.strength)
    own = next(each for each in study.regularizers if each.kind == ladder.regularizer)
    at = f"the best lies at the {ENDS[end]} end, {number(ladder.best)}"
    limit = bounds.minimum if end is End.LOW else bounds.maximum
    towards_none = (end is End.LOW) == bounds.more_is_stronger
    if not isinstance(own.strengths[ladder.strength], Range):
        more = "lower" if end is End.LOW else "higher"
        return f"{at}, of the numbers that were asked for: add {more} ones"
    if limit == ladder.best:
        return f"{at}, beyond which nothing is legal"
    if towards_none and ladder.none is not None and ladder.none.in_plateau:
        return f"{at}, beyond which it fades to none, which is as good"
    if not ladder.beyond:
        return f"{at}, and there was no room to go on: a wider range may hold a better one"
    return f"{at}, though the ladder went on beyond what was searched: further on may be a better one"
