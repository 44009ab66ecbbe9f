"""Commands against a real service without a worker."""

import json

import pytest

from ridgeline.client import Client


@pytest.fixture
def study_id(service_url) -> str:
    with Client(service_url) as client:
        return client.submit({"dataset": "iris", "regularizers": ["none", "l2"], "budget": {"max_trials": 8}}).id


class TestSubmit:
    def test_builds_a_study_from_options(self, ask) -> None:
        done = ask(
            *("submit", "--dataset", "wine", "-r", "none", "-r", "l1", "--model", "linear", "--metric", "accuracy"),
            *("--max-trials", 9, "--seed", 4, "--name", "mine", "--epochs", 7, "--pruner", "none", "--json"),
        )
        view = json.loads(done.out)
        study = view["study"]
        assert (done.code, done.err) == (0, "")
        assert (view["name"], study["dataset"]["name"], study["seed"]) == ("mine", "wine", 4)
        assert [kind["kind"] for kind in study["regularizers"]] == ["none", "l1"]
        assert (study["model"]["kind"], study["objective"]["metric"]) == ("linear", "accuracy")
        assert (study["training"]["epochs"], study["pruner"]["kind"]) == (7, "none")
        assert study["budget"]["max_trials"] == 9

    def test_asks_for_a_cocktail(self, ask) -> None:
        done = ask("submit", "--dataset", "wine", "--mode", "cocktail", "-r", "l1", "-r", "dropout", "--json")
        assert json.loads(done.out)["study"]["mode"] == "cocktail"

    def test_takes_a_file_with_options_on_top(self, ask, tmp_path) -> None:
        file = tmp_path / "spec.json"
        file.write_text(json.dumps({"dataset": "iris", "budget": {"max_trials": 10}}))
        view = json.loads(ask("submit", file, "--max-trials", 20, "--hidden", "8,8", "--json").out)
        assert view["max_trials"] == 20
        assert view["study"]["model"]["hidden"] == [8, 8]

    def test_tells_people_what_it_asks_first(self, ask, study_id) -> None:
        done = ask("submit", "--dataset", "iris", "--warm-start", "--seed", 5)
        assert (done.code, "no earlier study has a setting to start from" in done.err) == (0, True)
        refused = ask("submit", "--dataset", "iris", "--warm-start-from", study_id)
        assert refused.err.startswith("error: warm_start.0 must be the id of a study that has ended but got")

    def test_tells_people_how_to_follow(self, ask) -> None:
        done = ask("submit", "--dataset", "iris")
        study_id = done.out.split()[1]
        assert done.out == f"study {study_id} is queued\n"
        assert f"ridgeline watch {study_id}" in done.err

    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (
                ("--dataset", "nope"),
                "error: dataset.id must be the name or id of a data set but got 'nope'; use one of",
            ),
            (("--dataset", "iris", "-r", "ridge"), "error: regularizers.0"),
            (("--dataset", "iris", "--max-trials", 0), "error: budget.max_trials"),
            (("-r", "l2"), "error: dataset"),
        ],
    )
    def test_a_refusal_is_one_line_and_exit_code_2(self, ask, arguments, told) -> None:
        done = ask("submit", *arguments, "--json")
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(told)
        assert done.err.count("\n") == 1

    def test_each_broken_rule_has_its_line(self, ask) -> None:
        done = ask("submit", "--dataset", "iris", "--metric", "rmse", "--epochs", 0)
        assert done.code == 2
        assert all(line.startswith("error: ") for line in done.err.splitlines())


class TestStudies:
    def test_are_listed_for_people_and_machines(self, ask, study_id) -> None:
        assert study_id in ask("studies", "--state", "queued", "--dataset", "iris", "--limit", 500).out
        (newest,) = json.loads(ask("studies", "--limit", 1, "--json").out)
        assert newest["id"] == study_id

    def test_a_state_that_does_not_exist_is_bad_input(self, ask) -> None:
        done = ask("studies", "--state", "asleep")
        assert done.code == 2
        assert "error: state" in done.err

    def test_actions_answer_with_the_study(self, ask, study_id) -> None:
        assert json.loads(ask("extend", study_id, 12, "--json").out)["max_trials"] == 12
        assert ask("stop", study_id).out == f"study {study_id} is stopped, 0 of 12 trials done\n"
        assert json.loads(ask("stop", study_id, "--json").out)["state"] == "stopped"

    @pytest.mark.parametrize("action", ["pause", "resume"])
    def test_an_impossible_action_is_one_line_and_exit_code_1(self, ask, study_id, action) -> None:
        ask("cancel", study_id)
        done = ask(action, study_id)
        assert (done.code, done.out) == (1, "")
        assert done.err == f"error: {action} is impossible for a study that is stopped; possible actions now: none\n"


class TestAnswers:
    @pytest.mark.parametrize(
        "command",
        [
            ("best",),
            ("leaderboard",),
            ("verdict",),
            ("ingredients",),
            ("report",),
            ("watch",),
            ("stop",),
            ("best", "--code"),
            ("export",),
        ],
    )
    def test_an_unknown_study_is_one_line_and_exit_code_2(self, ask, command) -> None:
        done = ask(command[0], "0000000000000000", *command[1:])
        assert (done.code, done.out) == (2, "")
        assert "error: study '0000000000000000' does not exist" in done.err
        assert done.err.count("\n") == 1

    def test_before_a_trial_is_complete_say_so(self, ask, study_id) -> None:
        assert "No trial is complete yet" in ask("best", study_id).out
        assert "No trial is complete." in ask("leaderboard", study_id).out
        assert json.loads(ask("best", study_id, "--json").out)["trial"] is None
        assert json.loads(ask("curve", study_id, "l2", "--json").out)["points"] == []
        early = ask("verdict", study_id)
        assert (early.code, early.out) == (1, "")
        assert "comes to its verdict at its end, and is in queued now; ask again later" in early.err
        code = ask("best", study_id, "--code")
        assert (code.code, code.out) == (1, "")
        assert "has no complete trial yet" in code.err

    def test_ingredients_are_those_of_a_cocktail(self, ask, study_id) -> None:
        done = ask("ingredients", study_id)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("error: mode must be cocktail for ingredients to be taken out of a mix but got")
        mixed = ask("submit", "--dataset", "wine", "--mode", "cocktail", "-r", "l1", "-r", "dropout", "--json")
        early = ask("ingredients", json.loads(mixed.out)["id"])
        assert (early.code, early.out) == (1, "")
        assert "comes to its verdict at its end" in early.err

    def test_a_kind_that_the_study_lacks_is_bad_input(self, ask, study_id) -> None:
        for arguments in (("best", study_id, "-r", "l1"), ("curve", study_id, "l1")):
            done = ask(*arguments)
            assert (done.code, done.out) == (2, "")
            assert done.err.startswith("error: regularizer must be a kind of this study but got 'l1'")

    def test_export_writes_a_file_that_is_whole_or_not_there(self, ask, study_id, tmp_path) -> None:
        place = tmp_path / "trials.csv"
        done = ask("export", study_id, "--output", place)
        assert (done.code, done.out) == (0, f"{place}\n")
        assert "is queued: more trials may come" in done.err
        assert place.read_text().startswith("number,state,kind,")
        assert json.loads(ask("export", study_id, "-f", "json", "-o", "-").out)["trials"] == []
        refused = ask("export", study_id, "--format", "xlsx", "-o", tmp_path / "trials.xlsx")
        assert (refused.code, refused.err) == (
            2,
            "error: --format must be a format but got 'xlsx'; use one of csv, json, optuna\n",
        )
        assert (
            "error: --output must be a file that can be written" in ask("export", study_id, "-o", tmp_path / "x/y").err
        )
        assert [each.name for each in tmp_path.iterdir()] == ["trials.csv"]


class TestWatch:
    def test_of_an_ended_study_ends(self, ask, study_id) -> None:
        ask("cancel", study_id)
        done = ask("watch", study_id)
        assert done.code == 0
        assert "stopped (cancelled)  0/8 trials" in done.err
        assert "No trial is complete." in done.out
        assert f"study {study_id!r} has no verdict, for it was cancelled" in done.out

    def test_as_json_tells_events_studies_the_leaderboard_and_why_there_is_no_verdict(self, ask, study_id) -> None:
        ask("cancel", study_id)
        done = ask("watch", study_id, "--json")
        lines = [json.loads(line) for line in done.out.splitlines()]
        assert done.err == ""
        assert all(len(line) == 1 for line in lines)
        assert [line["event"]["type"] for line in lines if "event" in line] == ["study.queued", "study.stopped"]
        assert [list(line) for line in lines[-2:]] == [["leaderboard"], ["no_verdict"]]
        assert lines[-1]["no_verdict"]["type"] == "urn:ridgeline:problem:no_verdict"


def test_nobody_there_is_one_line_and_exit_code_1(ridgeline) -> None:
    done = ridgeline("studies", "--url", "http://127.0.0.1:9", "--json")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: no Ridgeline service answers at http://127.0.0.1:9")
    assert done.err.count("\n") == 1


def test_an_unknown_option_is_bad_input(ridgeline) -> None:
    assert ridgeline("studies", "--nope").code == 2
