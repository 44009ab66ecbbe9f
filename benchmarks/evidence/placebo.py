"""Kinds that do nothing but choose other luck: does a verdict see a gain where there is none?"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean
from typing import Any, ClassVar, Literal

from jaxtyping import Bool, Float
from pydantic import create_model
from report import Figure
from torch import Tensor

from evidence.carried import carry
from evidence.requests import request
from evidence.worlds import WORLDS
from ridgeline.kinds import CATALOGUE
from ridgeline.kinds.kind import Bounds, Kind, Strength, declare
from ridgeline.spec import ResolvedStudy
from ridgeline.spec.resolved import FixedRegularizer, ResolvedRegularizer
from ridgeline_worker.regularizer import Noise, Purpose, Strengths, WholeGradient
from ridgeline_worker.regularizers import REGULARIZERS
from ridgeline_worker.regularizers.gradient_noise import FALL

KINDS, STREAMS = 5, 20
SCALE = 0.3
"""Of the gradient noise under every trial, whose stream is all that a placebo changes."""
STUDIES = {"linear": 200}
REQUEST = request({"kind": "linear"}, [], epochs=12, learning_rate=0.06, max_trials=1 + KINDS * STREAMS)
MEASURED = (
    "every trial has gradient noise; of five kinds with twenty strengths each, a strength chooses another stream of "
    "that noise and does nothing else, so that all settings are as good as none"
)


class Placebo(Kind):
    """The gradient noise of stream `stream` in place of that of stream 0."""

    kind: str
    stream: Strength = declare(
        "Number of the stream.",
        Bounds(low=1.0, high=STREAMS, log=False, default=1.0, neutral=0.0, minimum=0.0, whole=True),
    )

    title: ClassVar = "Placebo"
    formula: ClassVar = "g <- g - scale / step^0.275 z(0) + scale / step^0.275 z(stream)"
    acts_on: ClassVar = "the gradient of all parameters, where there is gradient noise"
    source: ClassVar = "made up"
    pytorch: ClassVar = "another seed"
    elsewhere: ClassVar = {}
    relative_cost: ClassVar = 1.0


class PlaceboStep(WholeGradient):
    """Takes the noise of stream 0 off the gradient and adds that of another stream."""

    purpose: ClassVar = Purpose.GRADIENT_NOISE

    def __init__(self, number: int) -> None:
        self.kind = f"placebo_{number}"  # type: ignore[misc]
        self._first_site = 1 + number * STREAMS

    def change(
        self,
        gradient: Float[Tensor, "lanes columns"],
        real: Bool[Tensor, "columns"],
        step: int,
        noise: Noise,
        strengths: Strengths,
    ) -> None:
        """g + scale / step^0.275 (z(stream) - z(0)), of lanes that have a stream."""
        streams = strengths["stream"].squeeze(1)
        size, plain = SCALE * step**-FALL, noise.normal(gradient.shape[1])
        for stream in streams.unique().tolist():
            if stream:
                lanes = streams == stream
                drawn = noise.normal(gradient.shape[1], site=self._first_site + int(stream))
                gradient[lanes] += size * real * (drawn - plain)[lanes]


@contextmanager
def registered() -> Iterator[None]:
    """The kinds are in both catalogues, in this process."""
    try:
        for number in range(1, KINDS + 1):
            name = f"placebo_{number}"
            own: Any = Literal[name]  # type: ignore[valid-type]
            CATALOGUE[name] = create_model(name, __base__=Placebo, kind=(own, name))
            REGULARIZERS[name] = PlaceboStep(number)
        yield
    finally:
        for number in range(1, KINDS + 1):
            CATALOGUE.pop(f"placebo_{number}", None)
            REGULARIZERS.pop(f"placebo_{number}", None)


def _with_placebos(study: ResolvedStudy) -> ResolvedStudy:
    """All trials but that of none are dealt to the placebos, each with as many streams."""
    streams = (study.budget.max_trials - 1) // KINDS
    grid = tuple(float(stream) for stream in range(1, streams + 1))
    kinds = tuple(
        ResolvedRegularizer(kind=f"placebo_{number}", strengths={"stream": grid}) for number in range(1, KINDS + 1)
    )
    noise = FixedRegularizer(kind="gradient_noise", strengths={"scale": SCALE})
    return study.model_copy(update={"regularizers": (*study.regularizers, *kinds), "always": (noise,)})


def study(template: Path, world: str, seed: int, request: Mapping[str, object] = REQUEST) -> dict[str, Any]:
    """One study of placebos."""
    with registered(), carry(template, WORLDS[world], seed, request, change=_with_placebos) as carried:
        verdict = carried.verdict
        if verdict is None:
            raise ValueError(f"study {seed} of {world} must have a verdict")
        compared = [one.difference_to_none for one in verdict.contenders if one.setting is not None]
        return {
            "gain": verdict.gain,
            "recommended": verdict.recommended.regularizer,
            "trials": len(carried.trials),
            "p": [each.p for each in compared if each is not None],
            "holm_p": min(one.holm_p for one in verdict.contenders if one.holm_p is not None),
            "lane_steps": carried.engine.lane_steps,
        }


def figures(rows: Sequence[dict[str, Any]], world: str) -> list[Figure]:
    """Check 7."""
    shown = sum(row["gain"] == "shown" for row in rows)
    compared = [p for row in rows for p in row["p"]]
    return [
        Figure(f"{world}: studies of placebos that show a gain", shown, f"of {len(rows)}", 0.05 * len(rows)),
        Figure(f"{world}: comparisons with none below p = 0.05", fmean(p < 0.05 for p in compared), "share"),
        Figure(f"{world}: smallest Holm p of all", min(row["holm_p"] for row in rows), "p"),
        Figure(f"{world}: a placebo is recommended", fmean(row["recommended"] != "none" for row in rows), "share"),
    ]
