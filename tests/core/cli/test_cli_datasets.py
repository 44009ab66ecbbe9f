"""`ridgeline datasets` for people and machines, against a real service."""

import io
import json
import uuid

import pytest
from rich.console import Console

from ridgeline.cli.described import cut, print_dataset, size
from ridgeline.cli.upload_bar import upload_bar
from ridgeline.spec.built_in import BUILT_IN_SETS
from ridgeline.spec.datasets import NamedDataset


@pytest.fixture
def file(tmp_path):
    """A file whose name and content no other test has."""
    path = tmp_path / f"churn-{uuid.uuid4().hex[:8]}.csv"
    lines = [f"{20 + i},{'ab'[i % 2]},{'yes' if i % 3 else 'no'},[red]{i}" for i in range(30)]
    path.write_text("\n".join(["age,plan,churned,[note]", *lines, f"{uuid.uuid4().int % 10**9},a,no,x"]) + "\n")
    return path


def test_a_file_is_added_listed_shown_and_removed(ask, file):
    name = file.stem
    done = ask("datasets", "add", file, "--target", "churned", "--exclude", "[note]")
    assert done.code == 0, done.err
    assert done.out.startswith(f"data set {name} has 31 rows and 4 columns; predicts churned (binary)\n")
    assert f"ridgeline datasets show '{name}'" in done.out
    (line,) = [line for line in ask("datasets", "list").out.splitlines() if name in line]
    assert line.split()[:5] == [name, "31", "4", "churned", "binary"]
    shown = ask("datasets", "show", name).out
    for told in ("categorical", "target", "left out", "no (11), yes (20)", "[note]", "[red]0", "first 10 rows:"):
        assert told in shown
    assert ask("datasets", "remove", name).out == f"data set {name} is removed\n"
    assert ask("datasets", "show", name).code == 2


def test_machines_get_json_alone(ask, file):
    added = json.loads(ask("datasets", "add", file, "--name", f"x {file.stem}", "--target", "-3", "--json").out)
    named = NamedDataset.model_validate(added)
    assert named.roles.target == ("plan",)
    assert json.loads(ask("datasets", "show", named.dataset.id, "--json").out) == added
    assert named.name in [each["name"] for each in json.loads(ask("datasets", "list", "--json").out)]
    assert json.loads(ask("datasets", "remove", named.name, "--json").out) == {"removed": named.name}


def test_a_study_is_submitted_on_a_target_of_its_own(ask, file):
    ask("datasets", "add", file, "--exclude", "[note]", "--target", "churned")
    view = json.loads(ask("submit", "--dataset", file.stem, "--target", "plan", "--json").out)
    assert view["study"]["dataset"]["roles"]["target"] == ["plan"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            ["--target", "churn"],
            "error: target must be a column but got 'churn'; use one of age, plan, churned, [note]",
        ),
        (["--name", "../x"], "error: name must be letters"),
        (["--delimiter", "ab"], "error: delimiter must have a length of at most 1"),
        (["--format", "xlsx"], "error: format must be a known name"),
    ],
)
def test_a_refusal_is_one_line_and_exit_code_2(ask, file, options, told):
    done = ask("datasets", "add", file, *options, "--json")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(told)


def test_a_file_that_is_not_there_is_bad_input(ask, tmp_path):
    done = ask("datasets", "add", tmp_path / "nope.csv")
    assert done.code == 2
    assert "does not exist" in done.err


def test_what_stays_is_told_why(ask):
    done = ask("datasets", "remove", "iris")
    assert (done.code, done.out) == (1, "")
    assert "comes with Ridgeline" in done.err


def test_a_tab_may_be_written_in_words(ask, file):
    file.write_text(file.read_text().replace(",", "\t"))
    added = json.loads(ask("datasets", "add", file, "--delimiter", "tab", "--json").out)
    assert added["dataset"]["options"]["delimiter"] == "\t"


@pytest.mark.parametrize("named", BUILT_IN_SETS.values(), ids=BUILT_IN_SETS.keys())
def test_every_built_in_set_can_be_shown(named, capsys):
    print_dataset(named)
    shown = capsys.readouterr().out
    assert shown.startswith(f"{named.name}: {named.dataset.rows} rows")
    assert "first 10 rows" in shown


def test_a_bar_on_a_terminal_tells_how_much_is_sent_and_lines_elsewhere_nothing():
    for is_terminal in (True, False):
        told = io.StringIO()
        console = Console(file=told, force_terminal=is_terminal, width=120)
        with upload_bar("churn.csv", console) as move:
            move(2**20, 2**21)
            move(2**21, 2**21)
        assert ("reading churn.csv" in told.getvalue()) is is_terminal


@pytest.mark.parametrize(
    ("count", "told"), [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (5 * 2**20, "5.0 MiB"), (2**42, "4096.0 GiB")]
)
def test_a_size_is_told_in_its_unit(count, told):
    assert size(count) == told


def test_a_long_text_is_cut():
    assert (cut("x" * 40), cut("x" * 41)) == ("x" * 40, "x" * 37 + "...")
