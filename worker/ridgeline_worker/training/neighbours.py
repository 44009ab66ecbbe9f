"""The lanes of settings, in an order in which neighbours share kinds."""

from collections.abc import Collection, Iterable, Sequence
from itertools import accumulate
from operator import xor

from ridgeline.kinds import CATALOGUE
from ridgeline.spec import ResolvedStudy, Setting
from ridgeline_worker.regularizer import Examples, GroupProximal, Inputs, Proximal, Schedule
from ridgeline_worker.regularizers import REGULARIZERS
from ridgeline_worker.training.draws import Evaluation
from ridgeline_worker.training.lanes import Lane
from ridgeline_worker.training.problem import evaluations

_TOGETHER = (Inputs | Examples, Proximal | GroupProximal)
"""Points of the step with work that neighbours share: copies of rows, sizes of the update."""


def _apart(kind: str) -> tuple[bool, bool, int, int, str]:
    """What it costs if the lanes of a kind are not side by side: most first.

    A structure needs a cohort of its own, each run of equal learning rates a call of the optimizer; then, by tenths,
    what a step with the kind costs, and those together that share work.
    """
    regularizer, declared = REGULARIZERS.get(kind), CATALOGUE[kind]
    sharing = next((place for place, point in enumerate(_TOGETHER) if isinstance(regularizer, point)), len(_TOGETHER))
    dearness = int(10 * declared.relative_cost)
    return not declared.is_static, not isinstance(regularizer, Schedule), -dearness, sharing, kind


_DEAREST_FIRST = sorted(CATALOGUE, key=_apart)


def lanes_of(
    study: ResolvedStudy, trials: Iterable[tuple[int, Setting]], asked: Sequence[Evaluation] | None = None
) -> list[Lane]:
    """The lanes of numbered settings on some evaluations, with what is always on; None: on each of the search.

    A kind costs all lanes between its first and its last, so those that share kinds stand side by side, equal
    learning rates too.
    """
    always = {fixed.kind: fixed.strengths for fixed in study.always}
    of_study = evaluations(study) if asked is None else asked
    return [
        Lane(
            trial=number,
            evaluation=evaluation,
            learning_rate=setting.learning_rate,
            regularizers=always | setting.kinds,
        )
        for number, setting in sorted(trials, key=lambda t: (place(t[1].kinds), t[1].learning_rate, t[0]))
        for evaluation in of_study
    ]


def place(kinds: Collection[str]) -> tuple[int, ...]:
    """Where lanes of these kinds stand: their rank in the reflected Gray code over all kinds.

    Its neighbours differ in one kind, and the lanes of the first and of the second kind are each in one piece: so
    those are first that cost most if they are apart.  Bit i of the rank is the exclusive or of the bits 0..i of the
    code.
    Source: Knuth, The Art of Computer Programming, section 7.2.1.1.
    """
    return tuple(accumulate((int(kind in kinds) for kind in _DEAREST_FIRST), xor))
