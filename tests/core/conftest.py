"""A real service in a process of its own, a wire that a test answers, and a verdict with objectives."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from ridgeline.spec.constraints import Constraint
from ridgeline.spec.views import ConstraintView, Estimated, Kept, ObjectivesView, Verdict

Handler = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(scope="session")
def service_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running service on an empty folder, without a worker."""
    folder: Path = tmp_path_factory.mktemp("service")
    command = [sys.executable, "-m", "ridgeline_service", "serve", "--port", "0", "--data-dir", str(folder)]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
        process.terminate()
        assert process.wait(20) in {0, -signal.SIGTERM}


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Callable[[Handler], None]:
    """Let a function answer every request, in place of the network."""

    def answer_with(handler: Handler) -> None:
        transport = httpx.MockTransport(handler)
        monkeypatch.setattr(httpx.HTTPTransport, "handle_request", lambda _, request: transport.handle_request(request))

    return answer_with


@pytest.fixture(scope="session")
def with_objectives() -> Callable[[Verdict], Verdict]:
    """A verdict with sparsity as second objective and a constraint that its recommended setting alone keeps."""
    constraint = Constraint.model_validate({"measure": "accuracy", "at_least": 0.9})

    def estimated(measure: str, value: float, low: float, high: float) -> Estimated:
        return Estimated.model_validate({"measure": measure, "value": value, "interval": {"low": low, "high": high}})

    def told(verdict: Verdict) -> Verdict:
        chosen, sparsity = verdict.recommended.number, estimated("sparsity", 0.25, 0.25, 0.25)
        holds = ConstraintView(constraint=constraint, value=0.95, bound=0.925, kept=Kept.HOLDS)
        unknown = ConstraintView(constraint=constraint, value=None, bound=None, kept=Kept.NOT_SHOWN)
        of_chosen = {"measures": (sparsity, estimated("accuracy", 0.95, 0.92, 0.98)), "constraints": (holds,)}
        contenders = tuple(
            one.model_copy(update=of_chosen if one.number == chosen else {"constraints": (unknown,)})
            for one in verdict.contenders
        )
        member = {"score": 0.4, "interval": {"low": 0.3, "high": 0.5}, "second": sparsity}
        objectives = ObjectivesView.model_validate(
            {
                "second": "sparsity",
                "direction": "maximize",
                "constraints": [constraint],
                "keeping": [chosen],
                "are_obeyed": True,
                "front": [{**verdict.simplest.model_dump(), **member}],
                "trade_off": verdict.simplest,
                "timing_spread": None,
                "statement": "1 of 2 settings keeps it",
            }
        )
        return verdict.model_copy(update={"contenders": contenders, "objectives": objectives})

    return told
