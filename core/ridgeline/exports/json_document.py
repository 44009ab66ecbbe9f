"""A study as one JSON document, a `StudyExport`, without ever being in memory as a whole."""

import json
from collections.abc import Iterable, Iterator

from ridgeline.spec.views import StudyView, TrialView, Verdict


def json_pieces(
    study: StudyView, verdict: Verdict | None, trials: Iterable[TrialView], *, provisional: bool
) -> Iterator[bytes]:
    """The document, a trial a piece and a line."""
    told = "null" if verdict is None else verdict.model_dump_json()
    yield f'{{"provisional":{json.dumps(provisional)},"study":{study.model_dump_json()},"verdict":{told},'.encode()
    yield b'"trials":['
    before = "\n"
    for trial in trials:
        yield f"{before}{trial.model_dump_json()}".encode()
        before = ",\n"
    yield b"]}\n"
