"""Which ingredients of a winner matter: each figure against a computation of its own."""

import dataclasses

import numpy as np
import pytest
from scipy import stats

from ridgeline.spec.states import EndReason
from ridgeline.spec.study import Mode
from ridgeline.spec.views.ingredients import Matters
from ridgeline.spec.views.verdict import Role, Verdict
from ridgeline_worker.verdict import Contender, Searched, judge

REPEATS, FOLDS = 4, 5
SHARE = 91 / 364
"""Validation over training rows, of the evidence that the fixtures make."""
MIX = {"l2.strength": 1e-2, "dropout.rate": 0.3, "ema.half_life": 2.0}


def part(*kinds):
    """The winner's mix with these kinds only."""
    return {dotted: value for dotted, value in MIX.items() if dotted.split(".")[0] in kinds}


def verdict_on(losses, verdict_study, contender_of, paired_of, *, dropped=(), metric="log_loss", spread=0.01):
    """A verdict on the winner and what is left without each, from mean losses by what is on; others are dropped."""
    study = verdict_study(mode="cocktail", regularizers=["l2", "dropout", "ema"], objective={"metric": metric})
    everyone = {
        "none": contender_of(0, "none"),
        "all": contender_of(1, "cocktail", Role.BEST, Role.WINNER, **MIX),
        "l2": contender_of(2, "cocktail", Role.ABLATION, **part("dropout", "ema")),
        "dropout": contender_of(3, "cocktail", Role.ABLATION, **part("l2", "ema")),
        "ema": contender_of(4, "cocktail", Role.ABLATION, **part("l2", "dropout")),
        "l2 alone": contender_of(5, "l2", Role.SIMPLIFIED, strength=1e-2),
    }
    sign = study.objective.direction.sign
    common, draw = np.random.default_rng(1).normal(size=(REPEATS, FOLDS)), np.random.default_rng(0)
    scored = {
        name: (one, sign * (losses[name] + 0.05 * common + spread * draw.normal(size=(REPEATS, FOLDS))))
        for name, one in everyone.items()
        if name in losses
    }
    final = [each for name, each in scored.items() if name not in dropped]
    paired = paired_of(final, dropped=[scored[name] for name in dropped])
    searched = Searched((), EndReason.BUDGET, 40, REPEATS, None)
    return judge(study, paired, None, None, searched, study_id="s"), paired


@pytest.fixture
def told(verdict_study, contender_of, paired_of):
    def make(losses, **known):
        return verdict_on(losses, verdict_study, contender_of, paired_of, **known)

    return make


LOSSES = {"none": 0.6, "all": 0.3, "l2": 0.301, "dropout": 0.5, "ema": 0.2, "l2 alone": 0.58}
"""By what is left out: dropout helps by 0.2, ema hurts by 0.1, l2 does next to nothing."""


@pytest.mark.parametrize("metric", ["log_loss", "roc_auc"])
def test_each_figure_equals_a_direct_computation(told, metric):
    verdict, paired = told(LOSSES, metric=metric)
    sign = verdict.direction.sign
    number = {"l2": 2, "dropout": 3, "ema": 4}
    p = {}
    for row in verdict.ingredients.ingredients:
        d = sign * (paired.final[number[row.kind]] - paired.final[1]).ravel()
        error = np.sqrt((1 / d.size + SHARE) * d.var(ddof=1))
        half = stats.t.ppf(0.975, d.size - 1) * error
        p[row.kind] = 2 * stats.t.sf(abs(d.mean()) / error, d.size - 1)
        assert (row.without, row.pairs) == (number[row.kind], REPEATS * FOLDS)
        assert row.effect == pytest.approx(d.mean())
        assert (row.interval.low, row.interval.high) == pytest.approx((d.mean() - half, d.mean() + half))
        assert (row.standard_error, row.p) == pytest.approx((error, p[row.kind]))
        screening = sign * (paired.screening[row.without] - paired.screening[1])
        assert row.screening_effect == pytest.approx(screening.mean())
    smallest, middle, largest = sorted(p, key=p.get)
    by_kind = {row.kind: row for row in verdict.ingredients.ingredients}
    assert by_kind[smallest].holm_p == pytest.approx(3 * p[smallest])
    assert by_kind[middle].holm_p == pytest.approx(max(3 * p[smallest], 2 * p[middle]))
    assert by_kind[largest].holm_p == pytest.approx(max(2 * p[middle], p[largest]))
    assert verdict.ingredients.winner_score == pytest.approx(paired.final[1].mean())


@pytest.mark.parametrize("metric", ["log_loss", "roc_auc"])
def test_the_most_helpful_comes_first_and_positive_means_that_it_helps(told, metric):
    view = told(LOSSES, metric=metric)[0].ingredients
    assert [(row.kind, row.matters) for row in view.ingredients] == [
        ("dropout", Matters.SHOWN),
        ("l2", Matters.NOT_SHOWN),
        ("ema", Matters.HURTS),
    ]
    effects = [row.effect for row in view.ingredients]
    assert effects == pytest.approx([0.2, 0.0, -0.1], abs=0.02)


def test_the_paragraph_tells_it_in_words(told):
    verdict = told(LOSSES)[0]
    paragraph = verdict.ingredients.paragraph
    assert paragraph.startswith("The winner of the search is l2 with strength 0.01 and dropout with rate 0.3 and ema")
    for sentence in (
        "Dropout helps: without it log_loss is 0.2",
        "Ema hurts: without it log_loss is 0.1",
        "L2 is not shown to matter: no evidence either way, and differences up to",
        "is l2 with strength 0.01 and dropout with rate 0.3.",
    ):
        assert sentence in paragraph
    assert (
        "Taken out of the winner of the search one at a time: dropout helps; l2 is not shown to matter; ema hurts."
    ) in verdict.paragraph


class TestTheSimplest:
    def test_is_recommended_by_the_same_rule(self, told):
        verdict, _ = told(LOSSES)
        assert verdict.ingredients.simplest.number == verdict.recommended.number == 4

    def test_has_the_fewest_ingredients_of_those_that_are_as_good(self, told):
        view = told(LOSSES | {"ema": 0.3, "l2 alone": 0.2})[0].ingredients
        assert (view.simplest.regularizer, view.simplest.strengths) == ("l2", {"strength": 1e-2})
        assert "that is as good, within a standard error, is l2 with strength 0.01." in view.paragraph

    def test_is_the_winner_where_all_of_it_is_needed(self, told):
        view = told(dict.fromkeys(LOSSES, 0.6) | {"all": 0.3})[0].ingredients
        assert view.simplest == view.winner
        assert "No simpler mix of these ingredients is within a standard error of the best." in view.paragraph

    def test_is_none_where_nothing_helps(self, told):
        view = told(LOSSES | {"none": 0.1})[0].ingredients
        assert view.simplest.regularizer == "none"
        assert view.paragraph.endswith("is no regularizer.")


def test_what_was_only_screened_is_told_and_has_a_p_of_one(told):
    view = told(LOSSES, dropped=("dropout",))[0].ingredients
    last = view.ingredients[-1]
    assert (last.kind, last.trained_again, last.effect, last.p, last.holm_p) == ("dropout", False, None, None, 1.0)
    assert last.matters is Matters.NOT_SHOWN
    assert last.screening_effect == pytest.approx(0.2, abs=0.02)
    assert "Without dropout it was only screened, which shows nothing" in view.paragraph
    others = sorted(row.p for row in view.ingredients[:-1])
    assert min(row.holm_p for row in view.ingredients) == pytest.approx(3 * others[0])  # it counts in Holm's family


def test_a_winner_that_fails_when_trained_again_tells_nothing(told, verdict_study):
    verdict, paired = told(LOSSES)
    paired = dataclasses.replace(paired, final=paired.final | {1: np.full((REPEATS, FOLDS), np.nan)})
    study = verdict_study(mode="cocktail", regularizers=["l2", "dropout", "ema"])
    searched = Searched((), EndReason.BUDGET, 40, REPEATS, None)
    view = judge(study, paired, None, None, searched, study_id="s").ingredients
    assert view.winner == verdict.ingredients.winner
    assert (view.winner_score, {row.effect for row in view.ingredients}) == (None, {None})
    assert "Training it again failed" in view.paragraph
    assert view.simplest.number == 4


def test_equal_scores_show_nothing(told):
    view = told(dict.fromkeys(LOSSES, 0.5), spread=0.0)[0].ingredients
    assert {(row.effect, row.p, row.matters) for row in view.ingredients} == {(0.0, 1.0, Matters.NOT_SHOWN)}
    assert view.simplest.regularizer == "none"


def test_a_winner_of_one_kind_is_compared_with_none(verdict_study, contender_of, paired_of):
    study = verdict_study(mode="cocktail", regularizers=["l2", "dropout"])
    none = contender_of(0, "none", Role.NONE, Role.ABLATION)
    winner = contender_of(1, "l2", Role.BEST, Role.WINNER, strength=1e-2)
    draw = np.random.default_rng(0)
    paired = paired_of([(none, draw.normal(0.5, 0.01, (4, 5))), (winner, draw.normal(0.3, 0.01, (4, 5)))])
    searched = Searched((), EndReason.BUDGET, 40, 4, None)
    (row,) = judge(study, paired, None, None, searched, study_id="s").ingredients.ingredients
    assert (row.kind, row.without, row.matters) == ("l2", 0, Matters.SHOWN)


def test_without_a_winner_there_is_nothing_to_take_apart(verdict_study, contender_of, paired_of):
    study = verdict_study(mode="cocktail", regularizers=["l2", "dropout"])
    constant = Contender(1, None, frozenset({Role.CONSTANT}))
    scores = np.random.default_rng(0).normal(0.5, 0.01, (4, 5))
    paired = paired_of([(contender_of(0, "none"), scores), (constant, scores + 1.0)])
    view = judge(study, paired, None, None, Searched((), None, 40, 4, None), study_id="s").ingredients
    assert (view.winner, view.ingredients) == (None, ())
    assert view.paragraph.startswith("No trial with an ingredient is complete")


def test_of_mode_single_nothing_is_told(verdict_study, contender_of, paired_of):
    study = verdict_study(regularizers=["l2", "dropout"])
    assert study.mode is Mode.SINGLE
    draw = np.random.default_rng(0)
    paired = paired_of([(one, draw.normal(0.5, 0.01, (4, 5))) for one in (contender_of(0, "none"), contender_of(1))])
    verdict = judge(study, paired, None, None, Searched((), None, 40, 4, None), study_id="s")
    assert verdict.ingredients is None
    assert Verdict.model_validate_json(verdict.model_dump_json()) == verdict
