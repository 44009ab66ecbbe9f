"""How to run a study again, and what it ran with."""

import json
from dataclasses import dataclass
from typing import Any

from ridgeline.kinds import Frozen
from ridgeline.report.material import Material
from ridgeline.report.words import duration
from ridgeline.spec import StudySpec
from ridgeline.spec.datasets import Source
from ridgeline.spec.sources import KeptData
from ridgeline.spec.words import number, setting

Fact = tuple[str, str]
"""What is told, and what of it."""


@dataclass(frozen=True)
class Again:
    """What to send, and what to send it with."""

    request: str
    """As JSON."""
    resolved: str
    """The same with every default filled in, as JSON."""
    first: str
    """What must be there before; empty: nothing."""
    curl: str
    run: str


def again(material: Material) -> Again:
    """The request as it stands now: an extended budget is in it, and so is the seed."""
    study, asked = material.study.study, material.asked
    now = asked.model_copy(update={"name": study.name, "tags": study.tags, "seed": study.seed, "budget": study.budget})
    return Again(
        request=json.dumps(request_of(now), indent=2, ensure_ascii=False),
        resolved=study.model_dump_json(indent=2),
        first=_first(material),
        curl='curl -X POST "$RIDGELINE_URL/v1/studies" -H "Content-Type: application/json" --data @study.json',
        run="ridgeline run study.json",
    )


def environment(material: Material) -> list[Fact]:
    """What the models of the final were trained with, and how long all of it took."""
    study, found = material.study, material.verdict.environment
    told = [("running time", duration(study.running_seconds))]
    if study.ended_at is not None:
        told.append(("ended", f"{study.ended_at:%Y-%m-%d %H:%M} UTC"))
    if found is None:
        return told
    packages = [f"{name} {version}" for name, version in found.packages.items()]
    return [("device", found.device), ("machine", found.machine), ("Python", found.python), *_versions(packages), *told]


def training(material: Material) -> list[Fact]:
    """What was trained, and how it was searched."""
    study = material.study.study
    asked = study.training
    rates = [number(rate) for rate in asked.learning_rates]
    always = [setting(fixed.kind, fixed.strengths) for fixed in study.always]
    prepared = [f"{name} {value}" for name, value in study.preparation.model_dump(mode="json").items()]
    return [
        ("model", _options(study.model)),
        ("training", f"{asked.epochs} epochs in batches of {asked.batch_size}, {asked.precision.value}"),
        ("optimizer", f"{_options(asked.optimizer)}, learning rate {', '.join(rates)}"),
        ("preparation", ", ".join(prepared)),
        *([("in all trials", ", ".join(always))] if always else []),
        ("search", f"{_options(study.sampler)}; pruner {_options(study.pruner)}"),
        ("seed", str(study.seed)),
    ]


def request_of(asked: StudySpec) -> dict[str, Any]:
    """A request as a user would write it: what is left out is filled in the same."""
    full = asked.model_dump(mode="json")
    usual = StudySpec.model_validate({"dataset": full["dataset"]}).model_dump(mode="json")
    lean = {name: _lean(value, usual[name]) for name, value in full.items() if value != usual[name]}
    lean = {"dataset": _lean(full["dataset"], None), **lean, "seed": asked.seed}
    return lean if StudySpec.model_validate(lean) == asked else full


def _lean(told: Any, usual: Any) -> Any:
    """Without what is as usual, and what is null or empty where nothing is known to be usual."""
    if isinstance(told, list):
        return [_lean(each, None) for each in told]
    if not isinstance(told, dict):
        return told
    known = usual if isinstance(usual, dict) and usual.get("kind") == told.get("kind") else {}
    kept = {
        name: _lean(value, known.get(name))
        for name, value in told.items()
        if name == "kind" or (value != known[name] if name in known else value not in (None, [], {}))
    }
    alone = next(iter(kept.values())) if len(kept) == 1 else None
    return alone if kept.keys() <= {"kind", "id"} and isinstance(alone, str) else kept


def _options(chosen: Frozen) -> str:
    """A kind with its options, such as `mlp hidden [64, 64], activation relu`."""
    told = chosen.model_dump(mode="json", exclude_none=True)
    kind = told.pop("kind")
    return f"{kind} {', '.join(f'{name} {_plain(value)}' for name, value in told.items())}".strip()


def _plain(value: object) -> str:
    """As JSON, but words without quotes."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _versions(packages: list[str]) -> list[Fact]:
    return [("packages", ", ".join(packages))] if packages else []


def _first(material: Material) -> str:
    """What a service elsewhere must have before it can run the request."""
    known, asked = material.study.study.dataset, material.asked.dataset
    if not isinstance(asked, KeptData) or known.source in {Source.BUILT_IN, Source.GENERATED}:
        return ""
    if known.source is Source.PLUGIN:
        return f"Where it runs, install the plugin that gives the data set {known.name}."
    return (
        f"Elsewhere, add the same file first, under the name {known.name}: its content and the way it is read make the "
        "id above, so an equal id means equal rows."
    )
