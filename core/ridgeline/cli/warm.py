"""What a study asks first, for people."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ridgeline.spec.warm import WarmStart


def told(warm: "WarmStart | None") -> Iterator[str]:
    """A line a setting that earlier studies have found, and a line for each that was left out."""
    if warm is None:
        return
    from ridgeline.spec.states import Likeness
    from ridgeline.spec.words import setting

    if not warm.settings:
        yield "no earlier study has a setting to start from"
    for one in warm.settings:
        how = "equal" if one.how is Likeness.EXACT else f"like, {one.distance:.2g} away"
        yield f"first: {setting(one.regularizer, one.strengths)}, of study {one.study_id} on {one.dataset} ({how})"
    for left in warm.left_out:
        yield f"left out: study {left.study_id}: {left.reason}"
