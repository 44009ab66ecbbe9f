"""Small versions of the checks of verdicts: a few studies of made-up worlds, carried whole, against the truth."""

from pathlib import Path
from statistics import correlation, fmean
from types import SimpleNamespace

import pytest

from ridgeline_worker.training import evaluate

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
STUDIES, FRESH = 6, 2_000


@pytest.fixture(scope="module")
def evidence(scripts):
    """The modules of the benchmark."""
    names = ("known", "placebo", "planted", "carried", "requests", "worlds", "page")
    return SimpleNamespace(**{name: scripts(f"evidence.{name}") for name in names})


@pytest.fixture(scope="module")
def template(new_data_dir):
    return new_data_dir()


@pytest.fixture(scope="module")
def asked(evidence):
    """A small study of linear models with these kinds; no trial is stopped early."""

    def small(*kinds, epochs=6, learning_rate=0.1, trials=16, **more):
        made = evidence.requests.request(
            {"kind": "linear"}, kinds, epochs=epochs, learning_rate=learning_rate, max_trials=trials, **more
        )
        return made | {"pruner": "none"}

    return small


@pytest.fixture(scope="module")
def known_rows(evidence, template, asked):
    """Studies whose contenders' true scores are known."""
    request = asked("l2", "l1")
    return [evidence.known.study(template, "linear", seed, request, fresh=FRESH) for seed in range(STUDIES)]


def test_placebos_show_no_gain_and_differ_from_none_by_less_than_chance_would(evidence, template, asked):
    request = asked(trials=36, epochs=4)
    rows = [evidence.placebo.study(template, "linear", seed, request) for seed in range(2)]
    assert not any(row["gain"] == "shown" for row in rows)
    assert all(len(row["p"]) > evidence.placebo.KINDS for row in rows)
    assert fmean(p for row in rows for p in row["p"]) > 0.6


def test_a_planted_truth_is_found(evidence, template, asked):
    request = asked("l2", "l1", trials=24, epochs=8, learning_rate=0.15, batch_size=60)
    row = evidence.planted.study(template, "sparse", 0, request, fresh=FRESH)
    assert row["oracle_p"] < 0.05
    assert row["gain"] == "shown"
    assert row["recommended"] == "l1"
    assert "none" not in row["tied"]
    assert row["recommended_true"] <= 1.02 * min(row["true_of_kinds"].values())


def test_intervals_lie_where_the_true_difference_to_none_is(evidence, known_rows):
    compared = [one for row in known_rows for one in evidence.known.compared(row)]
    assert fmean(map(evidence.known.covers, compared)) >= 0.9
    middles, gaps = [fmean(one["difference"]) for one in compared], [one["gap"] for one in compared]
    assert correlation(middles, gaps) > 0.3


def test_the_correction_takes_off_flattery(evidence, known_rows):
    figures = {figure.name: figure.value for figure in evidence.known.bias(known_rows, "linear")}
    names = ("the score of none, which nothing is chosen by", "the search's best", "the score before correction")
    none, search, plain, corrected = (figures[f"linear: bias of {told}"] for told in (*names, "the corrected score"))
    assert search < none
    assert search < corrected
    assert plain + 0.002 < corrected


def test_the_truly_best_is_in_the_tie_set(evidence, known_rows):
    figures = {figure.name: figure.value for figure in evidence.known.ties(known_rows, "linear")}
    assert figures["linear: tie sets with the truly best of all contenders"] >= 0.95


def test_what_is_recommended_is_truly_better_than_none_in_the_mean(known_rows):
    truths = [{one["number"]: one["true"] for one in row["contenders"]} for row in known_rows]
    gaps = [truth[row["none"]] - truth[row["recommended"]] for row, truth in zip(known_rows, truths, strict=True)]
    assert fmean(gaps) > 0.005


def test_a_final_trains_no_more_than_its_search(known_rows):
    for row in known_rows:
        assert row["lane_steps"]["screening"] == 0  # there is room for all
        assert 0 < row["lane_steps"]["final"] <= row["lane_steps"]["search"]


def test_the_quick_formula_of_true_scores_is_that_of_the_worker(evidence, template, asked):
    world, request = evidence.worlds.WORLDS["linear"], asked("l2", trials=8, epochs=2)
    with evidence.carried.carry(template, world, 0, request, fresh=200) as carried:
        state = carried.engine.states[0]
        problem = carried.scored_on_fresh(tuple(sorted({lane.evaluation for lane in state.lanes})))
        worker = [lane.score for lane in evaluate(problem, state)]
        quick = [evidence.carried.true_score(problem, state, index) for index in range(len(worker))]
    assert worker == pytest.approx(quick, rel=1e-12)


def test_the_page_of_the_evidence_says_what_was_measured(evidence):
    page = (BENCHMARKS.parent / "docs" / "evidence.md").read_text(encoding="utf-8")
    assert page == evidence.page.page(BENCHMARKS / "results")
