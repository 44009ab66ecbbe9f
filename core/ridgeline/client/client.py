"""One method a route."""

import time
from collections.abc import Iterator, Mapping, Sequence
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self
from urllib.parse import quote

from ridgeline.client.downloads import fetch, fetch_to
from ridgeline.client.events import follow
from ridgeline.client.transport import Transport, parse
from ridgeline.client.uploads import READING_SECONDS, Progress, fields_of, send_file
from ridgeline.spec.artifacts import ArtifactName
from ridgeline.spec.datasets import NamedDataset
from ridgeline.spec.formats import ExportFormat
from ridgeline.spec.metrics import Metric
from ridgeline.spec.sorts import StudySort, TrialSort
from ridgeline.spec.states import ENDED, Action, StudyState, TrialState
from ridgeline.spec.study import StudySpec
from ridgeline.spec.views import (
    ArtifactView,
    BestView,
    CurveView,
    DatasetSummary,
    EventView,
    IngredientsView,
    LeaderboardView,
    ModelView,
    Page,
    RegularizerView,
    StudyBest,
    StudyView,
    TrialView,
    Validated,
    Verdict,
)

WAIT_SECONDS = 20.0
"""How long one request of `wait` is held open by the service."""


class Client:
    """A Ridgeline service over HTTP.

    Every method raises what the service refused, as an exception of `ridgeline.errors`, and Unreachable if
    nothing answers. Lists are fetched page by page while they are iterated.
    """

    def __init__(self, base_url: str | None = None, token: str | None = None, *, timeout_seconds: float = 30.0) -> None:
        """Connects at the first request.

        Args:
            base_url: of the service; None: RIDGELINE_URL, else http://127.0.0.1:8000.
            token: where the service needs one; None: RIDGELINE_TOKEN.
            timeout_seconds: how long an answer may take.
        """
        self._transport = Transport(base_url, token, timeout_seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.http.close()

    @property
    def url(self) -> str:
        """Where the service is."""
        return self._transport.url

    def submit(self, spec: StudySpec | Mapping[str, Any], *, idempotency_key: str | None = None) -> StudyView:
        """Queue a study; with a key, sending the same request again returns the first study."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else None
        return self._transport.read(StudyView, "POST", "/v1/studies", json=_body(spec), headers=headers)

    def validate(self, spec: StudySpec | Mapping[str, Any]) -> Validated:
        """What a request would run and cost; stores nothing."""
        return self._transport.read(Validated, "POST", "/v1/studies/validate", json=_body(spec))

    def study(self, study_id: str, *, wait_seconds: float | None = None) -> StudyView:
        """A study now, or once it has ended, after `wait_seconds` at most."""
        return self._transport.read(
            StudyView,
            "GET",
            f"/v1/studies/{study_id}",
            params={"wait_seconds": wait_seconds},
            wait_seconds=wait_seconds or 0.0,
        )

    def wait(self, study_id: str, *, timeout_seconds: float | None = None) -> StudyView:
        """Block until a study has ended.

        Raises:
            TimeoutError: it has not ended within `timeout_seconds`.
        """
        deadline = None if timeout_seconds is None else time.monotonic() + timeout_seconds
        while True:
            left = WAIT_SECONDS if deadline is None else max(0.0, min(WAIT_SECONDS, deadline - time.monotonic()))
            study = self.study(study_id, wait_seconds=left)
            if study.state in ENDED:
                return study
            if deadline is not None and time.monotonic() >= deadline:
                raise TimeoutError(f"study {study_id!r} is still {study.state} after {timeout_seconds:g} seconds")

    def studies(
        self,
        *,
        state: StudyState | None = None,
        dataset: str | None = None,
        tag: str | None = None,
        sort: StudySort | None = None,
        page_size: int | None = None,
    ) -> Iterator[StudyView]:
        """Studies, the newest first unless sorted otherwise; `tag` is `key` or `key:value`."""
        return self._transport.pages(
            StudyView, "/v1/studies", page_size, state=state, dataset=dataset, tag=tag, sort=sort
        )

    def edit(self, study_id: str, *, name: str | None = None, tags: Mapping[str, str] | None = None) -> StudyView:
        """Change the name or replace the tags; None leaves them."""
        changes = {"name": name, "tags": None if tags is None else dict(tags)}
        body = {field: value for field, value in changes.items() if value is not None}
        return self._transport.read(StudyView, "PATCH", f"/v1/studies/{study_id}", json=body)

    def delete(self, study_id: str) -> None:
        """Forget a study that has ended."""
        self._transport.ask("DELETE", f"/v1/studies/{study_id}")

    def pause(self, study_id: str) -> StudyView:
        """Stop training after the running segment and keep what is done."""
        return self._act(study_id, Action.PAUSE)

    def resume(self, study_id: str) -> StudyView:
        """Go on."""
        return self._act(study_id, Action.RESUME)

    def stop(self, study_id: str) -> StudyView:
        """End now and answer from what there is."""
        return self._act(study_id, Action.STOP)

    def cancel(self, study_id: str) -> StudyView:
        """End now; no answer is wanted."""
        return self._act(study_id, Action.CANCEL)

    def extend(self, study_id: str, max_trials: int) -> StudyView:
        """Raise the budget to so many trials in all; a study that has ended goes on."""
        return self._transport.read(
            StudyView, "POST", f"/v1/studies/{study_id}/extend", json={"max_trials": max_trials}
        )

    def trials(
        self,
        study_id: str,
        *,
        regularizer: str | None = None,
        state: TrialState | None = None,
        sort: TrialSort | None = None,
        page_size: int | None = None,
    ) -> Iterator[TrialView]:
        """Trials of a study, by number unless sorted otherwise."""
        path = f"/v1/studies/{study_id}/trials"
        return self._transport.pages(TrialView, path, page_size, regularizer=regularizer, state=state, sort=sort)

    def trial(self, study_id: str, number: int) -> TrialView:
        """One trial."""
        return self._transport.read(TrialView, "GET", f"/v1/studies/{study_id}/trials/{number}")

    def best(self, study_id: str, *, regularizer: str | None = None) -> BestView:
        """The best trial so far, of all kinds or of one."""
        path = f"/v1/studies/{study_id}/best"
        return self._transport.read(BestView, "GET", path, params={"regularizer": regularizer})

    def leaderboard(self, study_id: str) -> LeaderboardView:
        """The best setting of each kind, best first."""
        return self._transport.read(LeaderboardView, "GET", f"/v1/studies/{study_id}/leaderboard")

    def verdict(self, study_id: str) -> Verdict:
        """What a study recommends, how sure that is and what it rests on.

        Raises:
            NotReady: it has not come to its verdict yet.
            NoVerdict: it has ended without one; the message says why.
        """
        return self._transport.read(Verdict, "GET", f"/v1/studies/{study_id}/verdict")

    def snippet(self, study_id: str) -> str:
        """What a study recommends as a script in plain PyTorch.

        Raises:
            NotReady: it has not come to its verdict yet.
            NoVerdict: it has ended without one; the message says why.
            NoArtifact: no script can show it; the message says why.
        """
        return self._transport.ask("GET", f"/v1/studies/{study_id}/snippet").decode()

    def artifacts(self, study_id: str) -> tuple[ArtifactView, ...]:
        """The files that a study has left with its verdict, and those that it could not make.

        Raises:
            NotReady: it has not come to its verdict yet.
            NoVerdict: it has ended without one; the message says why.
        """
        return tuple(self._transport.read(Page[ArtifactView], "GET", f"/v1/studies/{study_id}/artifacts").items)

    def artifact(self, study_id: str, name: ArtifactName | str) -> bytes:
        """One of them: `model`, `weights`, `program` or `report`.

        Raises:
            NotReady: it has not come to its verdict yet.
            NoVerdict: it has ended without one; the message says why.
            NoArtifact: it has no such file; the message says why.
        """
        path = f"/v1/studies/{study_id}/artifacts/{ArtifactName(name)}"
        return self._transport.ask("GET", path, wait_seconds=READING_SECONDS)

    def model(self, study_id: str) -> bytes:
        """Preparation and recommended model in one file, for `ridgeline predict`; raises as `artifact` does."""
        return self.artifact(study_id, ArtifactName.MODEL)

    def ingredients(self, study_id: str) -> IngredientsView:
        """Which ingredients of a cocktail matter, and the simplest mix that is as good.

        Raises:
            Invalid: the study's mode is not cocktail.
            NotReady: it has not come to its verdict yet.
            NoVerdict: it has ended without one; the message says why.
        """
        return self._transport.read(IngredientsView, "GET", f"/v1/studies/{study_id}/ingredients")

    def report(self, study_id: str) -> str:
        """The verdict with all that it rests on as one page of HTML, which opens without a network.

        Raises:
            NotReady: the study has not come to its verdict yet.
            NoVerdict: it has ended without one; the message says why.
        """
        return self._transport.ask("GET", f"/v1/studies/{study_id}/report").decode()

    def curve(self, study_id: str, regularizer: str) -> CurveView:
        """Score against strength of one kind: trials, and the ladder with its plateau once the final has trained it."""
        path = f"/v1/studies/{study_id}/curve"
        return self._transport.read(CurveView, "GET", path, params={"regularizer": regularizer})

    def export(self, study_id: str, form: ExportFormat | str, file: str | PathLike[str] | BinaryIO) -> None:
        """Write a study with all its trials to a file: csv, json (a `StudyExport`) or optuna (for `optuna.load_study`).

        A study that has not ended is written as it is now.

        Args:
            file: where to; a path is replaced once the whole file has come.

        Raises:
            OSError: the file cannot be written.
        """  # fmt: skip
        path, params = f"/v1/studies/{study_id}/export", {"format": str(form)}
        if isinstance(file, str | PathLike):
            fetch_to(self._transport, path, params, Path(file))
        else:
            fetch(self._transport, path, params, file)

    def events(self, study_id: str, *, after: int | None = None, patience_seconds: float = 60.0) -> Iterator[EventView]:
        """Events of a study as they happen, until it has ended.

        Args:
            after: id of the last event that is already known; None: from the first.
            patience_seconds: how long a broken connection is opened anew.
        """
        return follow(self._transport, study_id, after, patience_seconds)

    def best_over(
        self,
        *,
        dataset: str | None = None,
        metric: Metric | None = None,
        model: str | None = None,
        regularizer: str | None = None,
        page_size: int | None = None,
    ) -> Iterator[StudyBest]:
        """What is best in each group of studies with equal data, target, metric and split, and how it was obtained."""
        return self._transport.pages(
            StudyBest,
            "/v1/best",
            page_size,
            dataset=dataset,
            metric=metric,
            model=model,
            regularizer=regularizer,
        )

    def regularizers(self) -> tuple[RegularizerView, ...]:
        """The catalogue of regularizers."""
        return tuple(self._transport.pages(RegularizerView, "/v1/regularizers"))

    def models(self) -> tuple[ModelView, ...]:
        """The catalogue of models."""
        return tuple(self._transport.pages(ModelView, "/v1/models"))

    def datasets(self) -> Iterator[DatasetSummary]:
        """Data sets that a study may name."""
        return self._transport.pages(DatasetSummary, "/v1/datasets")

    def dataset(self, name_or_id: str) -> NamedDataset:
        """One data set with its columns, remarks and first rows."""
        return self._transport.read(NamedDataset, "GET", f"/v1/datasets/{quote(name_or_id, safe='')}")

    def add_dataset(
        self,
        path: str | PathLike[str],
        *,
        name: str | None = None,
        target: str | int | Sequence[str | int] | None = None,
        progress: Progress | None = None,
        **told: Any,
    ) -> NamedDataset:
        """Send a file of a table; what was there already is sent and found again.

        Args:
            path: a CSV, Parquet, Arrow, NPZ or JSON lines file.
            name: by which studies ask for it; None: the file's, without its ending.
            target: what they predict by default: a column by name or position, or several.
            progress: called with the bytes sent so far and in all.
            told: the other fields of `AddedFile`: task, group, time, weight, exclude; format, delimiter, header,
                encoding.

        Raises:
            OSError: the file cannot be read.
        """  # fmt: skip
        fields = fields_of(name, target, told)
        return parse(NamedDataset, send_file(self._transport, Path(path), fields, progress), self.url)

    def generate_dataset(
        self, generator: str, parameters: Mapping[str, Any] | None = None, *, seed: int = 0, name: str | None = None
    ) -> NamedDataset:
        """Keep the rows of a generator; equal parameters give equal rows."""
        body = {"generator": generator, "parameters": dict(parameters or {}), "seed": seed, "name": name}
        return self._transport.read(NamedDataset, "POST", "/v1/datasets", json=body, wait_seconds=READING_SECONDS)

    def remove_dataset(self, name_or_id: str) -> None:
        """Remove a name, or by its id all names; with the last name goes the content, which no study may use then."""
        self._transport.ask("DELETE", f"/v1/datasets/{quote(name_or_id, safe='')}")

    def _act(self, study_id: str, action: Action) -> StudyView:
        return self._transport.read(StudyView, "POST", f"/v1/studies/{study_id}/{action}")


def _body(spec: StudySpec | Mapping[str, Any]) -> Any:
    """A request as JSON holds it; what was left out stays out, so that the service fills it in."""
    return spec.model_dump(mode="json", exclude_unset=True) if isinstance(spec, StudySpec) else dict(spec)
