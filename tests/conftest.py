"""What tests of several parts share: a clean environment, data folders, and how to wait."""

import asyncio
import os
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import jaxtyping
import pytest
from hypothesis import settings

from ridgeline.spec.views import IngredientsView, LadderView, Verdict
from ridgeline.store import Store, upgrade

WATCHERS = 200
LONG = [Path(__file__).parent / name for name in ("benchmarks", "e2e", "worker/study_run", "core/cli")]
"""Folders with the files that take long, the longest first."""

settings.register_profile("ridgeline", deadline=None)  # machines are noisy: no test depends on its speed
settings.load_profile("ridgeline")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long, so that at the end no process works on one alone."""
    items.sort(key=lambda item: [folder not in item.path.parents for folder in LONG])


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """One thread for torch, as in an engine process: timings and bits do not depend on the machine's processors."""
    import torch  # noqa: PLC0415 - tests of the service run without torch

    torch.set_num_threads(1)


CHECKED_STEPS = 2
"""All steps of a cohort have equal shapes; checking every one would take most of the time of long trainings."""


@pytest.fixture(scope="session", autouse=True)
def shapes_checked_in_first_steps() -> Iterator[None]:
    """Check the shapes of tensors in the first steps of each training only."""
    from ridgeline_worker.training import Cohort  # noqa: PLC0415 - as above

    step = Cohort._step

    def checked_at_first(self: Cohort, state: Any, coming: Any) -> None:
        jaxtyping.config.update("jaxtyping_disable", coming.first >= CHECKED_STEPS)
        try:
            step(self, state, coming)
        finally:
            jaxtyping.config.update("jaxtyping_disable", False)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cohort, "_step", checked_at_first)
        yield


@pytest.fixture(scope="session", autouse=True)
def no_settings_from_outside() -> Iterator[None]:
    """Tests, and processes that they start, see the settings that they give."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("RIDGELINE_"):
                patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def new_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Make data folders at today's schema; an upgrade takes a while, so they are copies."""
    template = tmp_path_factory.mktemp("template") / "data"
    upgrade(template)
    return lambda: shutil.copytree(template, tmp_path_factory.mktemp("folder") / "data")


@pytest.fixture
def data_dir(new_data_dir: Callable[[], Path]) -> Path:
    return new_data_dir()


@pytest.fixture
def store(data_dir: Path) -> Iterator[Store]:
    with Store.open(data_dir) as opened:
        yield opened


@pytest.fixture(scope="session")
def waiting() -> Callable[..., Any]:
    """Wait until something holds; returns it."""

    def wait_until(holds: Callable[[], Any], seconds: float = 180.0) -> Any:
        deadline = time.monotonic() + seconds
        while not (found := holds()):
            assert time.monotonic() < deadline, "it never came true"
            time.sleep(0.02)
        return found

    return wait_until


@pytest.fixture(scope="session")
def story() -> Callable[[Store, str], list[Any]]:
    """What a study has found, to be compared: all but the times."""

    def told(store: Store, study_id: str) -> list[Any]:
        return [trial.model_dump(exclude={"started_at", "ended_at"}) for trial in store.trials.of(study_id)]

    return told


@pytest.fixture(scope="session")
def a_verdict() -> Callable[[str], Verdict]:
    """A verdict of made-up numbers: l2 is recommended, a third setting was dropped after screening."""

    def contender(number: int, setting: Any, *roles: str, score: float | None) -> dict[str, Any]:
        compared = {
            "reference": 0,
            "mean": (score or 0.0) - 0.5,
            "interval": {"low": -0.15, "high": -0.05},
            "standard_error": 0.02,
            "plain_standard_error": 0.01,
            "p": 0.001,
            "probability_better": 0.999,
            "pairs": 15,
            "correlation": 0.9,
        }
        return {
            "number": number,
            "setting": setting,
            "derived": {},
            "roles": roles,
            "trial": None,
            "screening_score": 0.5,
            "went_on": score is not None,
            "score": score,
            "standard_error": None if score is None else 0.03,
            "generalization_gap": None,
            "difference_to_none": None if number == 0 or score is None else compared,
            "holm_p": None if setting is None or number == 0 else 0.002 if score else 1.0,
            "gain_shown": number == 2,
            "in_tie_set": number == 2,
        }

    def setting(regularizer: str, **strengths: float) -> dict[str, Any]:
        return {"regularizer": regularizer, "strengths": strengths, "learning_rate": 0.001}

    def verdict(study_id: str) -> Verdict:
        chosen = {"number": 2, **setting("l2", strength=0.01), "derived": {}}
        return Verdict.model_validate(
            {
                "study_id": study_id,
                "metric": "log_loss",
                "direction": "minimize",
                "recommended": {**chosen, "score": 0.4, "corrected": None, "test": None},
                "simplest": chosen,
                "gain": "shown",
                "gain_statement": "a gain is shown",
                "possible_gain": 0.15,
                "min_gain": None,
                "best_trial": None,
                "baseline": None,
                "tie_set": (2,),
                "contenders": (
                    contender(2, setting("l2", strength=0.01), "best", score=0.4),
                    contender(0, setting("none"), "none", score=0.5),
                    contender(1, None, "constant", score=0.7),
                    contender(3, setting("dropout", rate=0.2), "default", score=None),
                ),
                "paragraph": "Use l2 with strength 0.01.",
                "warnings": ({"code": "few_rows", "text": "scores come from few rows"},),
                "rests_on": {
                    "statement": "a search of 8 of 8 trials",
                    "ended_by": "budget",
                    "trials_complete": 8,
                    "trials_started": 8,
                    "max_trials": 8,
                    "contenders": 3,
                    "finalists": 2,
                    "screening_repeats": 2,
                    "final_repeats": 3,
                    "final_repeats_planned": 3,
                    "folds": 5,
                    "train_rows": 96,
                    "validation_rows": 24,
                    "rung_rank_correlation": None,
                },
            }
        )

    return verdict


@pytest.fixture(scope="session")
def some_ingredients() -> Callable[[str], IngredientsView]:
    """A winner of made-up numbers: dropout helps, skip hurts, l2 was only screened."""

    def row(kind: str, effect: float | None, matters: str, along: tuple[str, ...] = (), **strengths: float) -> Any:
        return {
            "kind": kind,
            "strengths": strengths,
            "without": 3,
            "taken_along": along,
            "trained_again": effect is not None,
            "effect": effect,
            "interval": None if effect is None else {"low": effect - 0.05, "high": effect + 0.05},
            "standard_error": None if effect is None else 0.02,
            "p": None if effect is None else 0.001,
            "holm_p": 1.0 if effect is None else 0.003,
            "pairs": None if effect is None else 15,
            "screening_effect": 0.01,
            "matters": matters,
        }

    def ingredients(study_id: str) -> IngredientsView:
        strengths = {"l2.strength": 0.01, "dropout.rate": 0.2, "skip.on": 1.0, "shake_drop.rate": 0.5}
        chosen = {"regularizer": "cocktail", "strengths": strengths, "derived": {}, "learning_rate": 0.001}
        return IngredientsView.model_validate(
            {
                "study_id": study_id,
                "metric": "log_loss",
                "direction": "minimize",
                "winner": {"number": 2, **chosen},
                "winner_score": 0.4,
                "ingredients": (
                    row("dropout", 0.1, "shown", rate=0.2),
                    row("skip", -0.1, "hurts", ("shake_drop",), on=1.0),
                    row("l2", None, "not shown", strength=0.01),
                ),
                "simplest": {"number": 2, **chosen},
                "paragraph": "Dropout helps.",
            }
        )

    return ingredients


@pytest.fixture(scope="session")
def watched() -> Callable[..., tuple[list[str], list[float]]]:
    """Two hundred streams of a study's events, while something happens that ends it.

    What happens is given a client and a function that asks for `best`; returns what each watcher was told, and how
    many seconds each `best` took meanwhile.
    """

    def watch(url: str, study_id: str, happens: Callable[..., Awaitable[None]]) -> tuple[list[str], list[float]]:
        return asyncio.run(_watched(httpx.URL(url), study_id, happens))

    return watch


async def _watched(
    url: httpx.URL, study_id: str, happens: Callable[..., Awaitable[None]]
) -> tuple[list[str], list[float]]:
    connected = asyncio.Semaphore(0)
    latencies: list[float] = []

    async def watch() -> str:
        reader, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(f"GET /v1/studies/{study_id}/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        first = await reader.readuntil(b"event: study.queued")
        connected.release()
        rest = await reader.read()
        writer.close()
        return (first + rest).decode()

    async with httpx.AsyncClient(base_url=url, timeout=30) as client:

        async def best() -> Any:
            began = time.perf_counter()
            answer = await client.get(f"/v1/studies/{study_id}/best")
            latencies.append(time.perf_counter() - began)
            assert answer.status_code == 200
            return answer.json()

        watchers = [asyncio.create_task(watch()) for _ in range(WATCHERS)]
        for _ in range(WATCHERS):
            await asyncio.wait_for(connected.acquire(), 60)
        await happens(client, best)
        told = await asyncio.wait_for(asyncio.gather(*watchers), 60)
    assert len(told) == WATCHERS
    return told, latencies


@pytest.fixture(scope="session")
def a_ladder() -> LadderView:
    """A ladder of l2 of made-up numbers: 0.01 is the best, 0.1, beyond what was searched, as good, none not."""

    def rung(value: float, score: float, difference: float) -> dict[str, Any]:
        return {
            "value": value,
            "score": score,
            "standard_error": 0.05,
            "difference_to_best": difference,
            "difference_standard_error": 0.01 if difference else 0.0,
            "in_plateau": difference <= 0.01,
            "is_beyond": value > 0.01,
        }

    return LadderView.model_validate(
        {
            "regularizer": "l2",
            "strength": "strength",
            "held": {},
            "learning_rate": 0.001,
            "repeats": 1,
            "folds": 5,
            "rungs": (rung(0.001, 0.4, 0.1), rung(0.01, 0.3, 0.0), rung(0.1, 0.305, 0.005)),
            "best": 0.01,
            "plateau": {"low": 0.01, "high": 0.1, "strengths": (0.01, 0.1)},
            "boundary": None,
            "none": {
                "score": 0.5,
                "standard_error": 0.06,
                "difference_to_best": 0.2,
                "difference_standard_error": 0.02,
                "in_plateau": False,
            },
            "statement": "Of 3 strengths 0.01 is the best.",
        }
    )
