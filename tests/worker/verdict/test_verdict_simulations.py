"""Over many made-up studies: no gain from luck, an honest score, intervals that cover, a tie set with the best in it.

A contender's loss of a row is what the row costs, its own mean, its own luck with that row (which no repeat of the
cross-validation averages out), and the noise of a training.
"""

from dataclasses import dataclass

import numpy as np
import pytest

from ridgeline.spec.metrics import Direction, Metric, Task
from ridgeline.spec.resolved import Setting
from ridgeline.spec.views.verdict import Gain, Role
from ridgeline_worker.verdict import goes_on, optimism
from ridgeline_worker.verdict.choice import Field
from ridgeline_worker.verdict.corrected_t import interval, p_value
from ridgeline_worker.verdict.differences import difference
from ridgeline_worker.verdict.evidence import Contender, OutOfFold, Paired
from ridgeline_worker.verdict.gain import gained
from ridgeline_worker.verdict.resampled import Measure
from ridgeline_worker.verdict.ties import tie_set

STUDIES, ROWS, CONTENDERS, REPEATS, FOLDS = 40, 100, 12, 5, 5
MAE = Measure(Metric.MAE, Task.REGRESSION)
LADDER = tuple(
    Contender(
        number,
        Setting(
            regularizer="l2" if number else "none",
            strengths={"strength": 10.0**-number} if number else {},
            learning_rate=1e-3,
        ),
        frozenset({Role.BEST if number else Role.NONE}),
    )
    for number in range(CONTENDERS)
)


@dataclass(frozen=True)
class Outcome:
    """One study: what was said less what is true, in the units of losses."""

    search_best: float
    uncorrected: float
    corrected: float
    gain: Gain
    holds_the_best: bool


def _study(seed: int, spread: float, room: int) -> Outcome:
    draw = np.random.default_rng(seed)
    rows, luck = draw.gamma(4.0, 0.5, ROWS) + 6.0, draw.normal(size=(CONTENDERS, ROWS))
    true = spread * draw.normal(size=CONTENDERS)

    def train(contender: int, repeats: int) -> np.ndarray:
        return rows + true[contender] + luck[contender] + draw.normal(size=(repeats, ROWS))

    def scored(trained: dict[int, np.ndarray], repeats: int) -> dict[int, np.ndarray]:
        dealt = np.stack([draw.permutation(ROWS) for _ in range(repeats)])
        return {
            number: np.take_along_axis(losses, dealt, 1).reshape(repeats, FOLDS, -1).mean(axis=2)
            for number, losses in trained.items()
        }

    everyone = range(CONTENDERS)
    search = np.array([train(number, 4).mean(axis=1).min() for number in everyone])
    screening = scored({number: train(number, 2) for number in everyone}, 2)
    finalists = goes_on(Paired(LADDER, screening, {}, 80, 20), Direction.MINIMIZE, room)
    losses = {number: train(number, REPEATS) for number in finalists}
    paired = Paired(LADDER, screening, scored(losses, REPEATS), 80, 20)
    field = Field.of(paired, Direction.MINIMIZE)
    found = optimism.optimism(field, OutOfFold(np.zeros(ROWS), None, losses), MAE, np.random.SeedSequence(seed))
    chosen = field.contenders[field.recommended].number
    uncorrected = paired.final[chosen].mean() - (8.0 + true[chosen])
    best = int(search.argmin())
    return Outcome(
        search_best=search[best] - (8.0 + true[best]),
        uncorrected=uncorrected,
        corrected=uncorrected + found.amount,
        gain=gained(field, 0, tuple(everyone)[1:], None).gain,
        holds_the_best=int(true.argmin()) in tie_set(field, CONTENDERS),
    )


@pytest.fixture(scope="module")
def studies():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(optimism, "RESAMPLES", 50)
        return {
            "null": [_study(seed, 0.0, room=6) for seed in range(STUDIES)],
            "spread": [_study(seed, 0.15, room=CONTENDERS) for seed in range(STUDIES)],
        }


def test_exchangeable_contenders_rarely_show_a_gain(studies):
    assert sum(study.gain is Gain.SHOWN for study in studies["null"]) <= 0.05 * STUDIES


@pytest.mark.parametrize("truth", ["null", "spread"])
def test_the_corrected_score_is_at_most_half_as_biased_as_that_of_the_best_trial(studies, truth):
    search_best = np.mean([study.search_best for study in studies[truth]])
    corrected = np.mean([study.corrected for study in studies[truth]])
    uncorrected = np.mean([study.uncorrected for study in studies[truth]])
    assert search_best < uncorrected < 0
    assert abs(corrected) <= abs(search_best) / 2
    assert abs(corrected) < abs(uncorrected)


def test_the_tie_set_holds_the_truly_best(studies):
    assert np.mean([study.holds_the_best for study in studies["spread"]]) >= 0.95


def test_with_more_truth_than_luck_gains_are_shown():
    assert _study(0, 3.0, room=CONTENDERS).gain is Gain.SHOWN


class TestTheInterval:
    @pytest.fixture
    def compared(self):
        """Differences of normal pairs whose training rows overlap as those of folds do: correlated by 1/folds."""
        draw = np.random.default_rng(0)

        def make(overlap):
            shared = np.sqrt(overlap) * draw.normal(size=(1500, 1, 1))
            d = shared + np.sqrt(1 - overlap) * draw.normal(size=(1500, 4, FOLDS))
            theirs = draw.normal(size=(1500, 4, FOLDS))
            return [difference(t + each, t) for t, each in zip(theirs, d, strict=True)]

        return make

    def test_covers_as_often_as_it_says_where_pairs_overlap_as_folds_do(self, compared):
        limits = [interval(d, 1 / (FOLDS - 1)) for d in compared(1 / FOLDS)]
        assert np.mean([each.low <= 0 <= each.high for each in limits]) == pytest.approx(0.95, abs=0.017)

    def test_covers_more_often_where_pairs_overlap_less(self, compared):
        limits = [interval(d, 1 / (FOLDS - 1)) for d in compared(0.05)]
        assert np.mean([each.low <= 0 <= each.high for each in limits]) > 0.97

    def test_the_p_of_no_difference_is_uniform(self, compared):
        p = np.sort([p_value(d, 1 / (FOLDS - 1)) for d in compared(1 / FOLDS)])
        assert np.abs(p - (np.arange(1500) + 0.5) / 1500).max() < 1.63 / np.sqrt(1500)
