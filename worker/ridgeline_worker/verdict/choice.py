"""The choice: the simplest setting that is within a standard error of the best."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from ridgeline.spec.metrics import Direction
from ridgeline_worker.verdict.corrected_t import corrected_standard_error
from ridgeline_worker.verdict.differences import Difference, difference
from ridgeline_worker.verdict.evidence import Contender, Paired, Scores
from ridgeline_worker.verdict.simplicity import rank


class NoContender(ValueError):
    """No setting gave finite scores when it was trained again, so that none can be recommended."""

    def __init__(self) -> None:
        super().__init__(
            "the final must give finite scores for at least one setting but gave none; lower the learning rate"
        )


def competing(contenders: Sequence[Contender], scores: Mapping[int, Scores]) -> tuple[Contender, ...]:
    """Contenders with a setting and finite scores, the simplest first."""
    there = [
        one
        for one in contenders
        if one.setting is not None and one.number in scores and np.isfinite(scores[one.number]).all()
    ]
    return tuple(sorted(there, key=rank))


@dataclass(frozen=True)
class Field:
    """Contenders that compete, the simplest first, and how each differs from each."""

    contenders: tuple[Contender, ...]
    losses: Float[np.ndarray, "contenders"]
    """Mean over folds and repeats; the lower the better."""
    differences: tuple[tuple[Difference, ...], ...]
    """[a][b]: a's scores minus b's, in units of the metric."""
    plain: Float[np.ndarray, "contenders contenders"]
    """s_d / sqrt(J) of each pair."""
    corrected: Float[np.ndarray, "contenders contenders"]
    """SE_c of each pair."""
    sign: int
    """Factor that turns a score into a loss."""
    test_share: float
    """n_test/n_train, of a fold."""

    @classmethod
    def of(cls, paired: Paired, direction: Direction) -> "Field":
        """Compare all that the final gave finite scores of.

        Raises:
            NoContender: there is none.
        """
        contenders = competing(paired.contenders, paired.final)
        if not contenders:
            raise NoContender
        scores = [paired.final[one.number] for one in contenders]
        differences = tuple(tuple(difference(ours, theirs) for theirs in scores) for ours in scores)
        share = paired.validation_rows / paired.train_rows
        corrected = [[corrected_standard_error(d.deviation, d.pairs, share) for d in row] for row in differences]
        return cls(
            contenders=contenders,
            losses=direction.sign * np.array([each.mean() for each in scores]),
            differences=differences,
            plain=np.array([[d.plain_standard_error for d in row] for row in differences]),
            corrected=np.array(corrected),
            sign=direction.sign,
            test_share=share,
        )

    @property
    def lowest(self) -> int:
        """Place of the lowest mean loss; of equals the simplest."""
        return int(np.argmin(self.losses))

    @property
    def recommended(self) -> int:
        """Place of the simplest within s_d / sqrt(J) of the lowest mean loss."""
        return int(within(self.losses[None], self.plain)[0])

    @property
    def simplest(self) -> int:
        """Place of the simplest within SE_c of the lowest mean loss."""
        return int(within(self.losses[None], self.corrected)[0])

    def only(self, numbers: Collection[int]) -> "Field":
        """The field of some of them."""
        places = [place for place, one in enumerate(self.contenders) if one.number in numbers]
        return replace(
            self,
            contenders=tuple(self.contenders[place] for place in places),
            losses=self.losses[places],
            differences=tuple(tuple(self.differences[a][b] for b in places) for a in places),
            plain=self.plain[np.ix_(places, places)],
            corrected=self.corrected[np.ix_(places, places)],
        )

    def place(self, number: int) -> int | None:
        """Of a contender by its number; None: it does not compete."""
        places = [place for place, one in enumerate(self.contenders) if one.number == number]
        return places[0] if places else None


def within(
    losses: Float[np.ndarray, "draws contenders"], allowed: Float[np.ndarray, "contenders contenders"]
) -> Int[np.ndarray, "draws"]:
    """In each draw, the first contender whose loss exceeds the lowest by at most what is allowed for that pair.

    The one-standard-error rule (Breiman et al. 1984, section 3.4.3) with the standard error of the paired difference;
    contenders stand the simplest first, and of equally low losses the first is the lowest.
    """
    draws = np.arange(len(losses))
    lowest = losses.argmin(axis=1)
    excess = losses - losses[draws, lowest][:, None]
    chosen: Int[np.ndarray, draws] = (excess <= allowed[:, lowest].T).argmax(axis=1)
    return chosen
