"""The comparison of times to an answer: every side searches and tells its history truly, and times are read right."""

import math
import sys
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from types import SimpleNamespace

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
KINDS = {"none", "l1", "l2", "elastic_net", "weight_decay", "dropout"}
TRIALS, EPOCHS = 4, 3


@pytest.fixture(scope="module")
def answers():
    """The modules of the benchmark; benchmarks are scripts, which import from their own folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        names = ("cells", "ground", "judge", "outcome", "quality", "searches", "sets")
        yield SimpleNamespace(**{name: import_module(f"answers.{name}") for name in names})
        own = {path.stem for path in BENCHMARKS.glob("*.py")}
        for name in [name for name in sys.modules if name.partition(".")[0] in own]:
            patch.delitem(sys.modules, name)


@pytest.fixture(scope="module")
def ground(answers, tmp_path_factory):
    return answers.ground.Ground(tmp_path_factory.mktemp("ground"), answers.sets.SETS["diabetes"], 0, 0, EPOCHS)


@pytest.fixture
def untils(answers):
    """Runs as numbers: seconds to an answer, or, below zero, less the seconds after which it ended without."""
    return lambda *told: [answers.quality.Until(abs(seconds), reached=seconds > 0) for seconds in told]


@pytest.mark.parametrize("side", ["ridgeline", "optuna_median", "ray", "sklearn"])
def test_a_side_searches_and_tells_when_it_had_what(answers, ground, side):
    if side == "ray":
        pytest.importorskip("ray")
    trials = 8 if side == "ridgeline" else TRIALS
    search = answers.searches.SEARCHES[side](ground, trials, 60.0)
    assert search.started <= search.began < min(trial.ended for trial in search.trials)
    assert trials <= len(search.trials) <= trials + 1
    scored = [trial.score for trial in search.trials if trial.score is not None]
    assert all(50 < score < 300 for score in scored)  # in units of the target, whose deviation is 77
    history = search.kept()["history"]
    assert history[-1]["score"] == min(scored)
    assert all(a["score"] > b["score"] and a["seconds"] < b["seconds"] for a, b in pairwise(history))
    assert {step["setting"]["regularizer"] for step in history} <= ({"l2"} if side == "sklearn" else KINDS)


def test_all_sides_search_the_same_rows_on_the_same_folds(answers, ground):
    (x, _), (test_x, _) = ground.outer
    assert len(x) == ground.study.dataset.rows
    assert len(x) + len(test_x) == 442
    assert not {tuple(row) for row in x.tolist()} & {tuple(row) for row in test_x.tolist()}
    arrays = ground._arrays
    train, validation = arrays["rows"]["train0"], arrays["rows"]["validation0"]
    assert sorted([*train, *validation]) == list(range(len(x)))
    prepared = (x - x[train].mean(axis=0)) / x[train].std(axis=0)
    assert arrays["folds"]["x0"] == pytest.approx(prepared[train], abs=1e-5)
    assert arrays["folds"]["validation_x0"] == pytest.approx(prepared[validation], abs=1e-5)


@pytest.mark.parametrize("name", ["breast_cancer", "diabetes", "digits"])
def test_the_judge_trains_each_task(answers, name, tmp_path):
    kept, none = answers.cells.Kept(tmp_path), answers.judge.NONE
    decay = {"regularizer": "weight_decay", "strengths": {"tau": 5.0}}
    answers.judge._prepare(name, 0)
    for setting in (none, decay):
        scores = [answers.judge._scores((setting, 2, epochs)) for epochs in (1, 12)]
        assert fmean(scores[1]) < fmean(scores[0])
        assert scores[0] == answers.judge._scores((setting, 2, 1))
        kept.put(f"judged/{name}-0-{answers.judge.key_of(setting)}", {"scores": scores[1]})
    answers.judge.judge(kept, name, 0, [none, decay], seeds=2, epochs=12)  # nothing is left to do
    assert len(kept.all_judged(name, 0)) == 2


def test_the_answer_counts_from_when_it_stays_good(answers):
    settings = [{"regularizer": "l2", "strengths": {"strength": strength}} for strength in (1.0, 2.0, 3.0)]
    keys = [answers.judge.key_of(setting) for setting in settings]
    judged = dict(zip(keys, [[0.11, 0.11], [0.3, 0.3], [0.10, 0.10]], strict=True))
    judged[answers.judge.key_of(answers.judge.NONE)] = [0.3, 0.32]
    standard = answers.quality.Standard.of(judged)
    assert (standard.gap, standard.best_key) == (pytest.approx(0.21), keys[2])
    assert standard.standard_error == pytest.approx(0.01)

    def until(*order, share=0.1):
        steps = [{"seconds": float(place), "setting": settings[which]} for place, which in enumerate(order, start=1)]
        return answers.quality.until_equal({"history": steps, "seconds": 9.0}, judged, standard, share)

    assert until(0, 2) == answers.quality.Until(1.0, reached=True)
    assert until(0, 1, 2) == answers.quality.Until(3.0, reached=True)
    assert until(0, 1) == answers.quality.Until(9.0, reached=False)
    assert until(0, share=0.01) == answers.quality.Until(9.0, reached=False)


def test_censored_runs_count(answers, untils):
    median = answers.quality.median_of
    assert median(untils(1, 2, 3)) == 2
    assert median(untils(1, 2, -3, -3)) == 2
    assert median(untils(1, -2, -3)) == math.inf
    assert median(untils(5, -1, 3)) == 3  # one that was given up early tells little
    assert median(untils(-4)) == math.inf
    assert answers.quality.least_median_of(untils(1, -20, -30)) == 20


@pytest.mark.parametrize(
    ("ours", "theirs", "told"),
    [
        ((2, 2), ((30, 40), (10, 20)), ("x", 5.0)),
        ((2, 2), ((-30, -40), (-50, -60)), ("x, at least", 15.0)),
        ((-2, -2), ((30, 40), (10, 20)), ("x, at most", 5.0)),
        ((-2,), ((-3,), (-3,)), None),
    ],
)
def test_a_ratio_says_where_it_is_a_bound(answers, untils, ours, theirs, told):
    found = list(answers.outcome._ratio("x", untils(*ours), [untils(*each) for each in theirs], 8.0))
    assert [(figure.name, figure.value) for figure in found] == ([] if told is None else [told])


def test_trials_that_ended_together_were_the_best_in_no_order(answers):
    trials = [answers.cells.Trial(ended, {"regularizer": "none"}, score) for ended, score in ((5, 3), (4, 4), (5, 2))]
    history = answers.cells.Search(1.0, 2.0, tuple(trials), before_seconds=1.0).kept()["history"]
    assert [(step["seconds"], step["score"]) for step in history] == [(4.0, 4), (5.0, 2)]


def test_a_folder_goes_on_only_with_what_it_began_with(answers, tmp_path):
    kept = answers.cells.Kept(tmp_path)
    kept.protocol({"epochs": 50})
    kept.protocol({"epochs": 50})
    with pytest.raises(SystemExit, match="name another"):
        kept.protocol({"epochs": 2})
