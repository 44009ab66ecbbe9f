"""Settings as lanes, whether a trial or a contender asks for them."""

from collections.abc import Iterable, Sequence

from ridgeline.kinds import CATALOGUE
from ridgeline.spec import ResolvedStudy, Setting
from ridgeline_worker.training import Evaluation, Lane


def lanes_of(
    study: ResolvedStudy, settings: Iterable[tuple[int, Setting]], evaluations: Sequence[Evaluation]
) -> list[Lane]:
    """A lane for each numbered setting and evaluation, equal kinds and equal learning rates side by side.

    What has no strengths trains as none does: none itself, and a trial whose strengths are yet to be read off.
    """
    order = {kind: index for index, kind in enumerate(CATALOGUE)}
    always = {fixed.kind: fixed.strengths for fixed in study.always}

    def place(numbered: tuple[int, Setting]) -> tuple[int, float, int]:
        number, setting = numbered
        return order[setting.regularizer], setting.learning_rate, number

    return [
        Lane(
            trial=number,
            evaluation=evaluation,
            learning_rate=setting.learning_rate,
            regularizers=always | ({setting.regularizer: setting.strengths} if setting.strengths else {}),
        )
        for number, setting in sorted(settings, key=place)
        for evaluation in evaluations
    ]
