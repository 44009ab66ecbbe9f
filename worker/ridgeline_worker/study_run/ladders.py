"""Ladders: strengths of a kind side by side on folds of their own, once it is known what is recommended."""

from collections.abc import Mapping, Sequence

import numpy as np

from ridgeline.spec import Setting
from ridgeline.spec.final import refits
from ridgeline.spec.ladders import EXTENSIONS, FIRST_LADDER_REPEAT, ladder_plan, ladder_repeats
from ridgeline.spec.views import LadderView
from ridgeline_worker.engine import task
from ridgeline_worker.study_run.stages import Stages, scorable
from ridgeline_worker.study_run.work import Work
from ridgeline_worker.training import Evaluation, FreshFold
from ridgeline_worker.verdict import Case, Ladder, ladder_kinds
from ridgeline_worker.verdict.case import setting_of
from ridgeline_worker.verdict.evidence import Scores

STAGE = "ladders"
"""Name of the first stage; where ladders go on, `ladders_2` and `ladders_3`."""


def train_ladders(work: Work, stages: Stages, case: Case, *, trained: float) -> tuple[LadderView, ...]:
    """Train as many ladders as there is room for, let them go on beyond their ends, and store what they say.

    All strengths of all ladders, and none beside them, share folds and draws.  Where the answer is wanted now, ladders
    end with the stages that are stored.

    Args:
        trained: whole trials that the search's epochs amount to.

    Raises:
        Released: the study goes on later.
        BudgetRaised: its search does.
    """  # fmt: skip
    kinds = ladder_kinds(case)
    plan = ladder_plan(work.study, trained, len(kinds))
    repeats = _repeats(work) if plan.kinds else ()
    climb = _Climb(work, stages, case, repeats)
    found: tuple[LadderView, ...] = ()
    if repeats:
        ladders = [Ladder.of(case, kind, plan.rungs) for kind in kinds[: plan.kinds]]
        found = climb.to_the_end(ladders, plan.settings)
    if found:
        work.store.finals.record_ladders(work.claim, found, running_seconds=work.running_seconds)
    stages.expect(refits(work.study), ladders=climb.models)
    return found


class _Climb:
    """The stages of ladders; each is a function of the study, its trials and the stages before."""

    def __init__(self, work: Work, stages: Stages, case: Case, repeats: Sequence[int]) -> None:
        self._work, self._stages, self._repeats = work, stages, repeats
        self._none = 1 + max(one.number for one in case.paired.contenders)
        self._next = self._none + 1
        self._none_setting = setting_of(case.none)
        self.models = 0
        """Trained so far."""
        self._scores: dict[str, dict[float, Scores]] = {}
        self._scores_of_none: Scores | None = None

    def to_the_end(self, ladders: list[Ladder], room: int) -> tuple[LadderView, ...]:
        """What they say; `room`: settings that may be trained in all."""
        room -= 1 + sum(len(ladder.values) for ladder in ladders)
        none = {self._none: self._none_setting}
        if not self._train(STAGE, [(ladder, ladder.values) for ladder in ladders], room, none):
            return ()
        for extension in range(EXTENSIONS):
            further = self._further(ladders, room)
            room -= sum(map(len, further))
            pairs = [(ladder, more) for ladder, more in zip(ladders, further, strict=True) if more]
            if not pairs or not self._train(f"{STAGE}_{extension + 2}", pairs, room, {}):
                break
            ladders = [ladder.longer(more) for ladder, more in zip(ladders, further, strict=True)]
        views = (ladder.view(self._scores[ladder.kind], self._scores_of_none) for ladder in ladders)
        return tuple(view for view in views if view is not None)

    def _further(self, ladders: Sequence[Ladder], room: int) -> list[tuple[float, ...]]:
        """Strengths by which each goes on, the most wanted ladder first, as far as there is room."""
        found = []
        for ladder in ladders:
            more = ladder.further(self._scores[ladder.kind], self._scores_of_none, room)
            room -= len(more)
            found.append(more)
        return found

    def _train(
        self, name: str, wanted: Sequence[tuple[Ladder, Sequence[float]]], room: int, others: Mapping[int, Setting]
    ) -> bool:
        """Train these strengths of these ladders; false: the answer is wanted now.

        Args:
            room: settings that may be trained later.
            others: settings beside them, by number.
        """  # fmt: skip
        told = [(ladder, value) for ladder, values in wanted for value in values]
        numbers = range(self._next, self._next + len(told))
        settings = {number: ladder.setting(value) for number, (ladder, value) in zip(numbers, told, strict=True)}
        models = len(self._repeats) * self._work.study.evaluation.folds
        left = room * models + refits(self._work.study)
        stage = self._stages.run_unless_wanted(name, {**others, **settings}, self._repeats, left=left)
        if stage is None:
            return False
        self._next += len(told)
        self.models += models * len(stage.scores)
        scores = {number: np.array(found, dtype=np.float64) for number, found in stage.scores.items()}
        self._scores_of_none = scores.get(self._none, self._scores_of_none)
        for number, (ladder, value) in zip(numbers, told, strict=True):
            self._scores.setdefault(ladder.kind, {})[value] = scores[number]
        return True


def _repeats(work: Work) -> tuple[int, ...]:
    """The repeats of ladders all of whose folds can be scored."""
    repeats = range(FIRST_LADDER_REPEAT, FIRST_LADDER_REPEAT + ladder_repeats(work.study))
    asked = tuple(Evaluation(repeat, fold) for repeat in repeats for fold in range(work.study.evaluation.folds))
    folds: tuple[FreshFold, ...] = work.ask(task.fresh_folds, asked)
    return scorable(folds)
