"""All that a report is made of, read from the store; nothing is trained or computed again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ridgeline.kinds.combining import COCKTAIL
from ridgeline.spec import StudySpec
from ridgeline.spec.datasets import Dataset
from ridgeline.spec.views import ContenderView, Course, CurveView, LeaderboardView, StudyView, TrialView, Verdict
from ridgeline.store import Store, answers


@dataclass(frozen=True)
class Material:
    """A study that has come to its verdict."""

    study: StudyView
    asked: StudySpec
    verdict: Verdict
    leaderboard: LeaderboardView
    curves: Sequence[CurveView]
    """One a kind, those of one setting too."""
    trials: Sequence[TrialView]
    courses: Mapping[int, Course]
    """How training went, by number of the contender; of a verdict from before that was kept, nothing."""
    dataset: Dataset

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of trials and contenders in the order of the leaderboard: none last, for it is drawn apart."""
        ranked = dict.fromkeys(entry.regularizer for entry in self.leaderboard.entries)
        ranked |= dict.fromkeys(one.setting.regularizer for one in self.verdict.contenders if one.setting is not None)
        return (*(kind for kind in ranked if kind != answers.NONE), answers.NONE)

    @property
    def finalists(self) -> Iterator[ContenderView]:
        """Settings that were trained again to the end, the best first."""
        return (one for one in self.verdict.contenders if one.setting is not None and one.score is not None)


def gather(store: Store, study_id: str) -> Material:
    """Read a study.

    Raises:
        NotFound: there is no such study.
        NotReady: it has not come to its verdict yet.
        NoVerdict: it has ended without one.
    """
    verdict = answers.verdict(store, study_id)
    study = store.studies.get(study_id)
    kinds = (kind for kind in answers.searched(study.study) if kind not in {COCKTAIL, answers.NONE})
    return Material(
        study=study,
        asked=store.studies.asked(study_id),
        verdict=verdict,
        leaderboard=answers.leaderboard(store, study_id),
        curves=tuple(answers.curve(store, study_id, kind) for kind in kinds),
        trials=store.trials.of(study_id),
        courses=store.finals.courses(study_id),
        dataset=store.datasets.get(study.study.dataset.id).dataset,
    )
