"""Two objectives at once: what is not beaten in both, and what is given up least for the second."""

import numpy as np
from jaxtyping import Bool, Float

from ridgeline_worker.verdict.choice import Field


def front(losses: Float[np.ndarray, "contenders objectives"]) -> Bool[np.ndarray, "contenders"]:
    """Which contenders are not dominated: nobody is at least as good in each objective and better in one.

    Equals dominate neither one another.  These are means: another final may put another contender there.

    Source: Pareto; Deb 2001, "Multi-objective optimization using evolutionary algorithms", section 2.4.
    """
    no_worse = (losses[:, None] <= losses[None]).all(axis=2)
    better = (losses[:, None] < losses[None]).any(axis=2)
    dominates = np.logical_and(no_worse, better)
    free: Bool[np.ndarray, contenders] = dominates.sum(axis=0) == 0
    return free


def trade_off(field: Field, second: Float[np.ndarray, "contenders"]) -> int | None:
    """Place of the best in the second objective, of those within s_d / sqrt(J) of the lowest mean loss.

    Args:
        field: Those that a choice is made among.
        second: Their losses in the second objective; NaN: not known.  Of equals the lower loss in the first, then the
            simpler.
    """  # fmt: skip
    near = field.losses - field.losses.min() <= field.plain[:, field.lowest]
    places = [place for place in np.flatnonzero(near) if np.isfinite(second[place])]
    return int(min(places, key=lambda place: (second[place], field.losses[place], place))) if places else None
