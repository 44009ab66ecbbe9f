"""A request from a file, from options, or from both."""

import io
from pathlib import Path

import pytest

from ridgeline.cli.request import overlay, read_request
from ridgeline.errors import Invalid
from ridgeline.spec import StudySpec


def test_options_come_on_top_of_the_file() -> None:
    request = {"dataset": "iris", "budget": {"max_trials": 8, "max_seconds": 60}, "seed": 1}
    options = {"dataset": "wine", "budget.max_trials": 16, "seed": None, "objective.metric": "accuracy"}
    assert overlay(request, options) == {
        "dataset": "wine",
        "budget": {"max_trials": 16, "max_seconds": 60},
        "seed": 1,
        "objective": {"metric": "accuracy"},
    }
    assert request["budget"] == {"max_trials": 8, "max_seconds": 60}


@pytest.mark.parametrize(
    ("request_model", "options", "expected"),
    [
        ("mlp", {"model.hidden": "32,16"}, {"kind": "mlp", "hidden": [32, 16]}),
        (
            {"kind": "mlp", "activation": "tanh"},
            {"model.hidden": "8"},
            {"kind": "mlp", "activation": "tanh", "hidden": [8]},
        ),
        (None, {"model.hidden": "8"}, {"kind": "mlp", "hidden": [8]}),
        (None, {"model.kind": "linear"}, {"kind": "linear"}),
    ],
)
def test_a_bare_model_takes_options(request_model, options, expected) -> None:
    request = {"dataset": "iris"} | ({"model": request_model} if request_model else {})
    result = overlay(request, options)
    assert result["model"] == expected
    StudySpec.model_validate(result)


def test_hidden_units_are_whole_numbers() -> None:
    with pytest.raises(Invalid, match="--hidden must be whole numbers with commas between but got '64;64'"):
        overlay({}, {"model.hidden": "64;64"})


def test_a_file_or_standard_input_is_read(tmp_path, monkeypatch) -> None:
    file = tmp_path / "spec.json"
    file.write_text('{"dataset": "iris"}')
    monkeypatch.setattr("sys.stdin", io.StringIO('{"dataset": "wine"}'))
    assert read_request(file) == {"dataset": "iris"}
    assert read_request(Path("-")) == {"dataset": "wine"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{", "SPEC must be JSON"),
        (b"[1]", "SPEC must hold a JSON object but got [1]"),
        (b"\xff\xfe\x00", "SPEC must be a file of JSON (it is no text)"),
        (None, "SPEC must be a file of JSON (No such file or directory)"),
    ],
)
def test_what_is_no_request_is_refused(tmp_path, ridgeline, content, told) -> None:
    file = tmp_path / "spec.json"
    if content is not None:
        file.write_bytes(content)
    for command in ("submit", "run"):
        done = ridgeline(command, file)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"error: {told}")
        assert done.err.count("\n") == 1
