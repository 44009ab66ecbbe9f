"""Small versions of the checks of verdicts: a few studies of made-up worlds, carried whole, against the truth."""

import sys
from pathlib import Path
from statistics import correlation, fmean

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
STUDIES, FRESH = 6, 2_000


@pytest.fixture(scope="module", autouse=True)
def evidence():
    """Benchmarks are scripts, which import from their own folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        yield
        own = {path.stem for path in BENCHMARKS.glob("*.py")} | {"evidence"}
        for name in [name for name in sys.modules if name.partition(".")[0] in own]:
            patch.delitem(sys.modules, name)


@pytest.fixture(scope="module")
def template(new_data_dir):
    return new_data_dir()


@pytest.fixture(scope="module")
def asked():
    """A small study of linear models with these kinds; none is stopped early."""
    from evidence.requests import request

    def small(*kinds, epochs=6, learning_rate=0.1, trials=16, **more):
        linear = {"kind": "linear"}
        made = request(linear, kinds, epochs=epochs, learning_rate=learning_rate, max_trials=trials, **more)
        return made | {"pruner": "none"}

    return small


@pytest.fixture(scope="module")
def known_rows(template, asked):
    """Studies whose contenders' true scores are known."""
    from evidence import known

    request = asked("l2", "l1")
    return [known.study(template, "linear", seed, request, fresh=FRESH) for seed in range(STUDIES)]


def test_placebos_show_no_gain_and_differ_from_none_by_less_than_chance_would(template, asked):
    from evidence import placebo

    rows = [placebo.study(template, "linear", seed, asked(trials=36, epochs=4)) for seed in range(2)]
    assert not any(row["gain"] == "shown" for row in rows)
    assert all(len(row["p"]) > placebo.KINDS for row in rows)
    assert fmean(p for row in rows for p in row["p"]) > 0.6


def test_a_planted_truth_is_found(template, asked):
    from evidence import planted

    request = asked("l2", "l1", trials=24, epochs=8, learning_rate=0.15, batch_size=60)
    row = planted.study(template, "sparse", 0, request, fresh=FRESH)
    assert row["oracle_p"] < 0.05
    assert row["gain"] == "shown"
    assert row["recommended"] == "l1"
    assert "none" not in row["tied"]
    assert row["recommended_true"] <= 1.02 * min(row["true_of_kinds"].values())


def test_intervals_cover_the_true_difference_to_none(known_rows):
    from evidence import known

    compared = [one for row in known_rows for one in known._compared(row)]
    assert fmean(map(known._covers, compared)) >= 0.9
    middles, gaps = [fmean(one["difference"]) for one in compared], [one["gap"] for one in compared]
    assert correlation(middles, gaps) > 0.3


def test_the_correction_takes_off_flattery(known_rows):
    from evidence import known

    figures = {figure.name.removeprefix("linear: bias of "): figure.value for figure in known.bias(known_rows, "linear")}
    assert figures["the search's best"] < 0
    assert figures["the search's best"] < figures["the corrected score"]
    assert figures["the score before correction"] + 0.002 < figures["the corrected score"]


def test_the_truly_best_is_in_the_tie_set(known_rows):
    from evidence import known

    figures = {figure.name: figure.value for figure in known.ties(known_rows, "linear")}
    assert figures["linear: tie sets with the truly best of all contenders"] >= 0.95


def test_what_is_recommended_is_truly_better_than_none_in_the_mean(known_rows):
    truths = [{one["number"]: one["true"] for one in row["contenders"]} for row in known_rows]
    gaps = [truth[row["none"]] - truth[row["recommended"]] for row, truth in zip(known_rows, truths, strict=True)]
    assert fmean(gaps) > 0.005


def test_a_final_trains_no_more_than_its_search(known_rows):
    for row in known_rows:
        assert row["lane_steps"]["screening"] == 0  # all have room
        assert 0 < row["lane_steps"]["final"] <= row["lane_steps"]["search"]


def test_the_quick_formula_of_true_scores_is_that_of_the_worker(template, asked):
    from evidence.carried import carry, true_score
    from evidence.worlds import WORLDS

    from ridgeline_worker.training import evaluate

    with carry(template, WORLDS["linear"], 0, asked("l2", trials=8, epochs=2), fresh=200) as carried:
        state = carried.engine.states[-1]
        problem = carried._scored_on_fresh(tuple(sorted({lane.evaluation for lane in state.lanes})))
        worker = [lane.score for lane in evaluate(problem, state)]
        assert worker == pytest.approx([true_score(problem, state, i) for i in range(len(worker))], rel=1e-12)


def test_the_page_of_the_evidence_says_what_was_measured():
    from evidence.page import page

    assert (BENCHMARKS.parent / "docs" / "evidence.md").read_text(encoding="utf-8") == page(BENCHMARKS / "results")
