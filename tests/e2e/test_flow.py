"""Submit, watch, ask: what the service answers is what its database holds and what follows from it."""

import asyncio
import csv
import itertools
import json
import math
import sqlite3
import statistics
import subprocess
import sys
from contextlib import closing

import numpy as np
import pytest


@pytest.fixture(scope="module")
def asked(small):
    kinds = ["none", "l2", "dropout", {"kind": "l1", "strength": 1e-3}]
    return small | {"regularizers": kinds, "seed": 7, "evaluation": {"folds": 3, "final_repeats": 3}}


@pytest.fixture(scope="module")
def told(client, asked):
    """A study that has ended, and every event that was told meanwhile."""
    study = client.submit(asked)
    events = list(client.events(study.id))
    return client.study(study.id), events


@pytest.fixture(scope="module")
def study(told):
    return told[0]


@pytest.fixture(scope="module")
def trials(client, study):
    return list(client.trials(study.id, page_size=5))


def complete(trials, kind=None):
    return [t for t in trials if t.state == "complete" and kind in {None, t.regularizer}]


def best_of(trials, kind=None):
    return min(complete(trials, kind), key=lambda trial: (trial.score, trial.number), default=None)


def standard_error(folds):
    return np.std(folds) / math.sqrt(len(folds) - 1)


def assert_difference(told, trial, none):
    if trial.regularizer == "none":
        assert told is None
        return
    paired = np.array(trial.rungs[-1].folds) - np.array(none.rungs[-1].folds)
    assert told.pairs == len(paired) == 3
    assert told.mean == pytest.approx(paired.mean())
    assert told.standard_error == pytest.approx(math.sqrt((1 / 3 + 1 / 2) * paired.var(ddof=1)))


class TestTheWholeFlow:
    def test_the_budget_is_spent_exactly_and_no_setting_twice(self, study, trials):
        assert (study.state, study.reason) == ("completed", "budget")
        assert [trial.number for trial in trials] == list(range(24))
        settings = {(t.regularizer, tuple(t.strengths.items()), t.learning_rate) for t in trials}
        assert len(settings) == study.trials.started == study.trials.ended == 24
        assert study.running_seconds > 0

    def test_events_tell_each_step_once_and_in_order(self, told, trials):
        study, events = told
        assert [event.id for event in events] == sorted({event.id for event in events})
        kinds = [event.type for event in events]
        assert kinds[:3] == ["study.queued", "study.running", "generation.started"]
        assert kinds[-1] == "study.completed"
        started = [event.data["trials"] for event in events if event.type == "generation.started"]
        assert list(itertools.chain(*started)) == list(range(24))
        decided = [event.data["decided"] for event in events if event.type == "rung.decided"]
        last = {int(number): state for rung in decided for number, state in rung.items()}
        assert last == {trial.number: trial.state for trial in trials}
        assert len([1 for rung in decided for _ in rung]) == sum(len(trial.rungs) for trial in trials)
        last_best = [event.data["best"] for event in events if event.type == "rung.decided"][-1]
        assert last_best["trial"] == best_of(trials).number == study.best.trial

    def test_the_answers_are_those_of_the_database(self, house, study, trials):
        with closing(sqlite3.connect(house[1] / "ridgeline.db")) as database:
            query = "SELECT number, state, score, rungs FROM trials WHERE study_id = ? ORDER BY number"
            rows = database.execute(query, (study.id,)).fetchall()
        stored = [(number, state, score, json.loads(rungs)) for number, state, score, rungs in rows]
        told = [
            (t.number, t.state, t.score, [rung.model_dump(mode="json", exclude_defaults=True) for rung in t.rungs])
            for t in trials
        ]
        assert told == stored

    def test_scores_are_means_over_the_folds_at_planned_rungs(self, study, trials):
        (bracket,) = study.study.plan.brackets
        for trial in trials:
            for rung in trial.rungs:
                assert rung.score == pytest.approx(statistics.fmean(rung.folds))
            came_to = tuple(rung.place for rung in trial.rungs)
            competes = trial.origin == "sampled"  # others have all folds at once
            assert came_to == (bracket.rungs[: len(came_to)] if competes else bracket.rungs[-1:])
        for trial in complete(trials):
            assert trial.rungs[-1].epochs == 9
            assert trial.score == trial.rungs[-1].score
            assert trial.standard_error == pytest.approx(standard_error(trial.rungs[-1].folds))

    @pytest.mark.parametrize("kind", [None, "none", "l1", "l2", "dropout"])
    def test_best_is_the_lowest_complete_score(self, client, study, trials, kind):
        answer = client.best(study.id, regularizer=kind)
        expected = best_of(trials, kind)
        assert not answer.provisional
        assert answer.trial == expected
        assert (answer.regularizer, answer.strengths) == (expected.regularizer, expected.strengths)
        assert (answer.score, answer.standard_error) == (expected.score, expected.standard_error)
        assert_difference(answer.difference_to_none, expected, best_of(trials, "none"))

    def test_the_leaderboard_ranks_the_best_of_each_kind(self, client, study, trials):
        entries = client.leaderboard(study.id).entries
        bests = [best_of(trials, kind) for kind in ("none", "l2", "dropout", "l1")]
        expected = sorted((trial.score, trial.number, trial.regularizer) for trial in bests)
        assert [(e.score, e.trial, e.regularizer) for e in entries] == expected
        assert [entry.rank for entry in entries] == [1, 2, 3, 4]
        for entry in entries:
            assert entry.trials.started == sum(trial.regularizer == entry.regularizer for trial in trials)
            assert_difference(entry.difference_to_none, trials[entry.trial], best_of(trials, "none"))

    def test_the_verdict_comes_from_fresh_folds_and_its_test_part_is_scored_once(self, client, study, trials, told):
        verdict = client.verdict(study.id)
        assert verdict.paragraph in client.report(study.id)
        assert (verdict.rests_on.final_repeats, verdict.rests_on.folds) == (3, 3)
        assert verdict.best_trial.trial == best_of(trials).number
        by_number = {one.number: one for one in verdict.contenders}
        chosen = by_number[verdict.recommended.number]
        assert (chosen.setting.regularizer, chosen.setting.strengths) == (
            verdict.recommended.regularizer,
            verdict.recommended.strengths,
        )
        assert chosen.score == verdict.recommended.score
        if chosen.trial is not None:
            assert chosen.score != trials[chosen.trial].score
        assert verdict.recommended.test.rows == 30
        types = [event.type for event in told[1]]
        assert [types.count(kind) for kind in ("final.started", "refit.started", "study.completed")] == [1, 1, 1]
        assert study.final.evaluations_done == study.final.evaluations

    def test_the_files_of_what_it_recommends_are_there_and_predict_new_rows(self, client, study, tmp_path):
        files = {file.name: (file.bytes, file.detail) for file in client.artifacts(study.id)}
        assert all(files[name][0] for name in ("weights", "model", "program")), files
        model, rows, out = (tmp_path / name for name in ("iris.ridgeline", "new.jsonl", "out.csv"))
        model.write_bytes(client.model(study.id))
        new = client.dataset("iris").dataset.preview[:4]
        rows.write_text("\n".join(json.dumps(row) for row in new) + "\n", encoding="utf-8")
        command = [sys.executable, "-c", "from ridgeline.cli import main; main()", "predict", model, rows, "-o", out]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, f"Wrote 4 predictions to {out}\n"), done.stderr
        told = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
        assert {row["prediction"] for row in told} <= {"setosa", "versicolor", "virginica"}
        assert sum(float(told[0][f"probability_{name}"]) for name in ("setosa", "versicolor", "virginica")) == (
            pytest.approx(1.0)
        )

    @pytest.mark.parametrize("kind", ["l2", "dropout"])
    def test_the_curve_holds_every_complete_trial_the_weakest_first(self, client, study, trials, kind):
        points = client.curve(study.id, kind).points
        expected = sorted(
            complete(trials, kind), key=lambda trial: (next(iter(trial.strengths.values())), trial.number)
        )
        assert [(p.trial, p.strengths, p.score, p.standard_error) for p in points] == [
            (t.number, t.strengths, t.score, t.standard_error) for t in expected
        ]

    def test_the_same_request_gives_the_same_again(self, client, asked, trials):
        again = client.submit(asked)
        assert client.wait(again.id, timeout_seconds=90).state == "completed"
        times = {"started_at", "ended_at"}
        assert [t.model_dump(exclude=times) for t in client.trials(again.id)] == [
            t.model_dump(exclude=times) for t in trials
        ]

    def test_the_best_over_studies_is_the_best_of_them(self, client, study, trials):
        (group,) = [g for g in client.best_over(dataset="iris", metric="log_loss") if g.folds == 3]
        assert group.best_trial.score <= best_of(trials).score
        assert group.studies >= 1


METRICS = [
    *[("iris", metric) for metric in ("log_loss", "accuracy", "balanced_accuracy", "roc_auc", "f1_macro", "brier")],
    *[("breast_cancer", metric) for metric in ("log_loss", "roc_auc", "brier")],
    *[("diabetes", metric) for metric in ("rmse", "mae", "r2")],
]


def test_a_study_with_each_metric_runs(client, small):
    def submit(dataset, metric):
        asked = {"dataset": dataset, "objective": {"metric": metric}, "budget": {"max_trials": 8}}
        return client.submit(small | asked | {"training": {"epochs": 20, "learning_rate": 0.02}})

    studies = {(dataset, metric): submit(dataset, metric) for dataset, metric in METRICS}
    for (dataset, metric), study in studies.items():
        assert client.wait(study.id, timeout_seconds=120).state == "completed"
        answer = client.best(study.id)
        scores = [trial.score for trial in complete(client.trials(study.id))]
        assert answer.metric == metric
        better = min if answer.direction == "minimize" else max
        assert answer.score == better(scores)
        chance = {"log_loss": 1.2, "brier": 0.7, "rmse": 80, "mae": 70, "r2": 0.1}.get(metric, 0.6)
        assert better(answer.score, chance) == answer.score, (dataset, metric, answer.score)


def test_best_answers_while_a_worker_trains_and_two_hundred_watch(client, longer, watched):
    study = client.submit(longer | {"budget": {"max_trials": 400}})

    async def happens(http, best):
        asked, trained = 0, False
        while not trained or asked < 50:
            trained = (await best())["trial"] is not None
            asked += 1
            await asyncio.sleep(0.05)
        await http.post(f"/v1/studies/{study.id}/stop")

    told, latencies = watched(client.url, study.id, happens)
    for stream in told:
        assert stream.count("event: study.queued") == stream.count("event: study.stopped") == 1
        assert "event: rung.decided" in stream
    assert len({stream.count("event: rung.decided") for stream in told}) == 1
    assert statistics.median(latencies) < 0.25
    assert max(latencies) < 5
