"""A study of made-up numbers that has come to its verdict, and whose names try to become part of the page."""

import json
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ridgeline import tables
from ridgeline.report.material import Material, gather
from ridgeline.report.page import render
from ridgeline.spec import Setting, StudySpec, resolve
from ridgeline.spec.datasets import Counts, NamedDataset, Source
from ridgeline.spec.facts import facts_of, roles_of, task_of
from ridgeline.spec.resolved import Rung
from ridgeline.spec.sources import KeptData
from ridgeline.spec.states import EndReason, Origin, TrialState
from ridgeline.spec.views import Course, EpochScore, FinalProgress, LadderView, RungView, Sparsity, Verdict
from ridgeline.store import NewTrial, RungResult, Stage, Store

SCRIPT = '</script><script>alert("name")</script>'
IMAGE = "<img src=x onerror=alert(1)>"
ASKED: dict[str, Any] = {
    "name": SCRIPT,
    "tags": {"team": IMAGE},
    "regularizers": ["none", "l1", "elastic_net", "dropout", "early_stopping"],
    "evaluation": {"folds": 5, "final_repeats": 3},
    "training": {"epochs": 30},
    "budget": {"max_trials": 24},
    "seed": 7,
}
RUNGS = (Rung(epochs=30, folds=1), Rung(epochs=30, folds=5))
SPARSE = Sparsity(weights=1200, zero=0.25, small=0.5, below=1e-3, inputs=2, unread=1)


@pytest.fixture(scope="session")
def store_of_report(new_data_dir: Callable[[], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with a data set whose columns and classes have such names, too."""
    rows = {SCRIPT: [0.5, 1.5, 2.5, 3.5] * 10, "size": list(range(40)), "y": [IMAGE, "b"] * 20}
    path = tmp_path_factory.mktemp("rows") / "table.parquet"
    kept = tables.keep(pa.table(rows), path, tables.Limits(), dataset_id="a" * 64, source=Source.UPLOAD)
    with Store.open(new_data_dir()) as store:
        store.datasets.add(kept, "rows")
        yield store


def _submit(store: Store) -> str:
    dataset = store.datasets.get("rows").dataset
    asked = StudySpec.model_validate({"dataset": {"id": "rows", "target": "y"}, **ASKED})
    named = NamedDataset(name="rows", created_at="2026-01-01T00:00:00Z", dataset=dataset)
    assert isinstance(asked.dataset, KeptData)
    roles = roles_of(asked.dataset, named)
    task = task_of(None, roles, dataset)
    classes = {IMAGE: 20, "b": 20}
    facts = facts_of("rows", dataset, roles, task, Counts(class_counts=classes, class_units=classes, units=40))
    return store.studies.submit(asked, resolve(asked, facts))[0].id


SETTINGS: tuple[tuple[str, dict[str, float], float], ...] = (
    ("none", {}, 0.50),
    *(("l1", {"strength": 10.0**-power}, score) for power, score in ((6, 0.50), (5, 0.48), (4, 0.40), (3, 0.44))),
    ("l1", {"strength": 0.1}, 0.69),
    *(("elastic_net", {"strength": 10.0**-p, "l1_ratio": p / 10}, 0.40 + 0.01 * p) for p in (2, 3, 5)),
    *(("dropout", {"rate": rate}, 0.45 + rate / 10) for rate in (0.1, 0.3, 0.5, 0.7)),
    ("early_stopping", {}, 0.43),
)
PRUNED = {11, 12}


def _search(store: Store, claim: Any) -> None:
    new = [
        NewTrial(
            number=number,
            setting=Setting(regularizer=kind, strengths=strengths, learning_rate=0.001),
            origin=Origin.READ_OFF if kind == "early_stopping" else Origin.SAMPLED,
            generation=0,
            bracket=0,
            derived={},
        )
        for number, (kind, strengths, _) in enumerate(SETTINGS)
    ]
    store.claims.add_generation(claim, new)
    for rung in RUNGS:
        results = []
        for number, (kind, _, score) in enumerate(SETTINGS):
            is_read_off = kind == "early_stopping"  # it does not compete, and has all folds from the first
            if rung == RUNGS[1] and (is_read_off or number in PRUNED):
                continue
            place = RUNGS[1] if is_read_off else rung
            folds = tuple(score + step for step in (-0.02, -0.01, 0.0, 0.01, 0.02))[: place.folds]
            curve = ()
            if is_read_off:
                curve = tuple(EpochScore(epochs=e, score=0.7 - e / 60, standard_error=0.01) for e in range(1, 31))
            going = TrialState.PRUNED if number in PRUNED else TrialState.RUNNING
            state = TrialState.COMPLETE if place == RUNGS[1] else going
            reached = RungView(epochs=place.epochs, score=score, folds=folds, curve=curve)
            results.append(RungResult(number, reached, state, None, {"epochs": 18.0} if is_read_off else None))
        store.claims.record_rung(claim, 0, rung, results, running_seconds=5.0, work_done=1000)


def _course(end: float) -> Course:
    curve = tuple(EpochScore(epochs=e, score=end + 1 / e, standard_error=0.02) for e in (1, 3, 10, 30))
    return Course(curve=curve, fitted=((end - 0.1,) * 5,), sparsity=SPARSE)


def _verdict(a_verdict: Callable[[str], Verdict], study_id: str) -> Verdict:
    """The made-up verdict, with l1 in the place of l2, and all that newer verdicts have."""
    told = json.loads(a_verdict(study_id).model_dump_json().replace('"l2"', '"l1"'))
    told["recommended"] |= {
        "sparsity": SPARSE.model_dump(),
        "corrected": {"score": 0.42, "interval": {"low": 0.3, "high": 0.5}, "optimism": 0.02, "resamples": 1000},
        "test": {
            "rows": 8,
            "recommended": 0.45,
            "none": 0.55,
            "difference": -0.1,
            "interval": {"low": -0.2, "high": 0.01},
            "scored_before": 2,
        },
    }
    told["environment"] = {"device": "cpu", "machine": "Linux", "python": "3.11", "packages": {"torch": "2.13"}}
    told["warnings"][0]["text"] = f"scores come from few rows of {IMAGE}"
    return Verdict.model_validate(told)


@pytest.fixture(scope="session")
def reported(
    store_of_report: Store,
    a_verdict: Callable[[str], Verdict],
    with_objectives: Callable[[Verdict], Verdict],
    a_ladder: LadderView,
) -> str:
    """The id of the study, of which dropout has a ladder, and which has a second objective and a constraint."""
    store, study_id = store_of_report, _submit(store_of_report)
    claim = store.claims.next("test", lease_seconds=600)
    assert claim is not None
    _search(store, claim)
    progress = FinalProgress(contenders=3, evaluations=40, evaluations_done=0)
    store.finals.begin(claim, EndReason.BUDGET, progress, max_trials=24, running_seconds=6.0)
    stage = Stage({2: [[0.4] * 5] * 3, 0: [[0.5] * 5] * 3}, None, {2: _course(0.4), 0: _course(0.5)})
    store.finals.record_stage(claim, "final", stage, progress, running_seconds=7.0, work_done=5)
    ladder = a_ladder.model_copy(update={"regularizer": "dropout", "strength": "rate"})
    store.finals.record_ladders(claim, [ladder], running_seconds=7.5)
    store.finals.begin_refit(claim, {"regularizer": "l1"})
    verdict = with_objectives(_verdict(a_verdict, study_id))
    store.finals.conclude(claim, verdict, test_part="rows", running_seconds=8.0)
    return study_id


@pytest.fixture(scope="session")
def material(store_of_report: Store, reported: str) -> Material:
    return gather(store_of_report, reported)


@pytest.fixture(scope="session")
def page(material: Material) -> str:
    return render(material)


class Read(HTMLParser):
    """The elements of a page, each with its attributes and the text right in it."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None], list[str]]] = []
        self._open: list[int] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), []))
        if tag not in {"meta", "link", "br", "img"}:
            self._open.append(len(self.elements) - 1)

    def handle_endtag(self, tag: str) -> None:
        assert self.elements[self._open.pop()][0] == tag, f"{tag} closes what it did not open"

    def handle_data(self, data: str) -> None:
        if self._open:
            self.elements[self._open[-1]][2].append(data)

    def of(self, tag: str, **attributes: str) -> list[tuple[dict[str, str | None], str]]:
        """Attributes and text of each such element."""
        return [
            (own, "".join(text))
            for name, own, text in self.elements
            if name == tag and all(own.get(key) == value for key, value in attributes.items())
        ]


@pytest.fixture(scope="session")
def read() -> type[Read]:
    """Read a page."""
    return Read
