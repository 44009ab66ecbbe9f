"""Answers as people read them."""

import pytest

from ridgeline.cli import tables
from ridgeline.spec.metrics import Direction, Metric
from ridgeline.spec.statistics import PairedDifference
from ridgeline.spec.views import LeaderboardEntry, LeaderboardView, MixEntry, TrialCounts


@pytest.mark.parametrize(
    ("mean", "direction", "word"),
    [
        (-0.1, Direction.MINIMIZE, "better"),
        (0.1, Direction.MINIMIZE, "worse"),
        (0.1, Direction.MAXIMIZE, "better"),
        (-0.1, Direction.MAXIMIZE, "worse"),
        (-0.039, Direction.MINIMIZE, "may be luck"),
        (0.039, Direction.MAXIMIZE, "may be luck"),
        (0.0, Direction.MINIMIZE, "may be luck"),
    ],
)
def test_a_difference_beyond_two_standard_errors_is_better_by_the_direction_of_the_metric(
    mean, direction, word
) -> None:
    difference = PairedDifference(mean=mean, standard_error=0.02, pairs=5)
    assert tables.compared(difference, direction) == f"{mean:+.4f} +- 0.0200 {word}"


def entry(regularizer: str, **told: object) -> LeaderboardEntry:
    empty = {
        "rank": None,
        "trial": None,
        "strengths": {},
        "derived": {},
        "learning_rate": None,
        "score": None,
        "standard_error": None,
        "difference_to_none": None,
        "trials": TrialCounts(),
    }
    return LeaderboardEntry.model_validate({"regularizer": regularizer, **empty, **told})


def leaderboard(*entries: LeaderboardEntry, provisional: bool = False) -> LeaderboardView:
    return LeaderboardView(
        study_id="1",
        provisional=provisional,
        metric=Metric.LOG_LOSS,
        direction=Direction.MINIMIZE,
        entries=entries,
    )


WINNER = entry(
    "weight_decay",
    rank=1,
    trial=3,
    strengths={"tau": 41.23456},
    derived={"rate": 0.0040421},
    learning_rate=0.001,
    score=0.08,
    standard_error=0.01,
    difference_to_none=PairedDifference(mean=-0.02, standard_error=0.004, pairs=5),
    trials=TrialCounts(complete=4, pruned=7),
)


def test_the_leaderboard_tells_kind_strengths_score_difference_and_trials(capsys) -> None:
    tables.print_leaderboard(leaderboard(WINNER, entry("l1", trials=TrialCounts(pruned=2, failed=1))))
    out = capsys.readouterr().out
    (row,) = (line for line in out.splitlines() if "weight_decay" in line)
    assert row.split(None, 2)[:2] == ["1", "weight_decay"]
    assert "tau 41.23, rate 0.004042" in row
    assert "0.0800 +- 0.0100" in row
    assert "-0.0200 +- 0.0040 better" in row
    assert row.endswith("11 ")
    assert "(2 pruned, 1 failed)" in out
    assert "log_loss: lower is better" in out
    assert "the best of many trials is optimistic" in out


def test_learning_rates_are_shown_where_they_differ(capsys) -> None:
    tables.print_leaderboard(leaderboard(WINNER, entry("none", rank=2, learning_rate=0.01, score=0.1)))
    out = capsys.readouterr().out
    assert "rate 0.004042, learning_rate 0.001" in out
    assert "learning_rate 0.01 " in out


def test_without_a_complete_trial_no_score_is_judged(capsys) -> None:
    tables.print_leaderboard(leaderboard(entry("l1"), provisional=True))
    out = capsys.readouterr().out
    assert "No trial is complete." in out
    assert "optimistic" not in out


def test_a_mix_is_told_kind_by_kind_and_each_set_has_a_row(capsys) -> None:
    strengths = {"weight_decay.tau": 40.0, "elastic_net.strength": 0.001, "elastic_net.l1_ratio": 0.5}
    told = {
        "rank": 1,
        "trial": 3,
        "strengths": strengths,
        "derived": {"weight_decay.rate": 0.004},
        "learning_rate": 0.001,
        "score": 0.08,
        "standard_error": 0.01,
        "difference_to_none": PairedDifference(mean=-0.02, standard_error=0.004, pairs=5),
    }
    mix = MixEntry.model_validate(told | {"ingredients": ("elastic_net", "weight_decay")})
    board = leaderboard(entry("cocktail", **told, trials=TrialCounts(complete=4)), entry("none", rank=2, score=0.1))
    tables.print_leaderboard(board.model_copy(update={"mixes": (mix,)}))
    out = capsys.readouterr().out
    assert out.count("elastic_net strength 0.001, l1_ratio 0.5 + weight_decay tau 40") == 2
    assert "weight_decay.rate 0.004" in out
    assert out.count("-0.0200 +- 0.0040 better") == 2
