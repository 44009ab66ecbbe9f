"""A verdict says what to use, how sure that is, what it rests on, and what to beware of."""

import dataclasses
from datetime import UTC, datetime

import numpy as np
import pytest

from ridgeline.spec.resolved import FixedRegularizer, Setting
from ridgeline.spec.states import EndReason, Origin, TrialState
from ridgeline.spec.study import Split
from ridgeline.spec.views import RungView, TrialView
from ridgeline.spec.views.verdict import Gain, Role, Verdict, WarningCode
from ridgeline_worker.training.metrics import score
from ridgeline_worker.verdict import Contender, OutOfFold, Searched, Tested, judge, recommend
from ridgeline_worker.verdict.cautions import _WARNINGS
from ridgeline_worker.verdict.words import setting_words

ROWS, TEST_ROWS, REPEATS = 400, 120, 4
NOW = datetime(2026, 1, 1, tzinfo=UTC)
CONSTANT = Contender(8, None, frozenset({Role.CONSTANT}))


def _probabilities(y, skill, noise):
    p = 1 / (1 + np.exp(-(2 * y - 1) * (1.0 + skill) - noise))
    return np.stack([1 - p, p], axis=-1)


def _trial(number, strength, at_end, at_first=None):
    first = at_end + 0.1 if at_first is None else at_first
    rungs = (RungView(epochs=17, score=first, folds=(first,)), RungView(epochs=50, score=at_end, folds=(at_end,)))
    return TrialView(
        number=number,
        regularizer="l2",
        strengths={"strength": strength},
        derived={},
        learning_rate=1e-3,
        origin=Origin.SAMPLED,
        generation=0,
        bracket=0,
        state=TrialState.COMPLETE,
        failure=None,
        score=at_end,
        standard_error=0.01,
        rungs=rungs,
        started_at=NOW,
        ended_at=NOW,
    )


TRIALS = tuple(_trial(number, 10.0**-number, 0.2 + 0.01 * number) for number in range(1, 7))


@pytest.fixture
def case(verdict_study, contender_of, paired_of):
    """The arguments of a verdict on two classes, by the skill of each contender over none."""

    def make(skills=(0.0, 0.3, 0.05, 0.02), study=None, roles=(), **searched):
        draw = np.random.default_rng(0)
        study = study or verdict_study(regularizers=["l2", "dropout"])
        contenders = [
            contender_of(0, "none", *(roles[0] if roles else ())),
            contender_of(1, "l2", strength=1e-2),
            contender_of(2, "l2", Role.DEFAULT, strength=1e-4),
            contender_of(3, "dropout", Role.BEST, Role.BASELINE, rate=0.3),
        ]
        y, y_test = (draw.integers(2, size=rows).astype(float) for rows in (ROWS, TEST_ROWS))
        noise, test_noise = draw.normal(size=(REPEATS, ROWS)), draw.normal(size=TEST_ROWS)
        predictions, tests = {}, {}
        for one, skill in zip(contenders, skills, strict=True):
            own = 0.3 * draw.normal(size=(REPEATS, ROWS))
            predictions[one.number] = _probabilities(y, skill, noise + own)
            tests[one.number] = _probabilities(y_test, skill, test_noise + 0.3 * draw.normal(size=TEST_ROWS))
        predictions[CONSTANT.number] = np.full((REPEATS, ROWS, 2), 0.5)
        folds = np.array_split(np.arange(ROWS), 5)
        metric, task = study.objective.metric, study.task
        scores = {
            number: np.array([[score(metric, task, y[fold], repeat[fold]) for fold in folds] for repeat in repeats])
            for number, repeats in predictions.items()
        }
        paired = paired_of(
            [(one, scores[one.number]) for one in (*contenders, CONSTANT)], train_rows=320, validation_rows=80
        )
        told = {"trials": TRIALS, "ended_by": EndReason.BUDGET, "max_trials": 6, "final_repeats": 4, "min_gain": None}
        return {
            "study": study,
            "paired": paired,
            "out_of_fold": OutOfFold(y, None, predictions),
            "tested": Tested(y_test, None, tests, scored_before=0),
            "searched": Searched(**told | searched),
            "study_id": "s",
        }

    return make


def _codes(verdict):
    return {caution.code for caution in verdict.warnings}


def _failing(paired, number):
    final = dict(paired.final)
    final[number] = np.where(np.arange(5) == 1, np.nan, final[number])
    return dataclasses.replace(paired, final=final)


class TestTheVerdict:
    def test_recommends_what_is_named_before_the_test_part_is_scored(self, case):
        given = case()
        verdict = judge(**given)
        assert verdict.recommended.number == recommend(given["paired"], given["study"].objective.direction) == 1
        assert (verdict.recommended.regularizer, verdict.recommended.strengths) == ("l2", {"strength": 1e-2})

    def test_is_a_function_of_its_arguments(self, case):
        assert judge(**case()) == judge(**case())

    def test_survives_json(self, case):
        verdict = judge(**case())
        assert Verdict.model_validate_json(verdict.model_dump_json()) == verdict

    def test_has_both_scores_on_the_test_part_with_the_interval_of_their_difference(self, case):
        given = case()
        test, tested = judge(**given).recommended.test, given["tested"]
        metric, task = given["study"].objective.metric, given["study"].task
        assert test.recommended == pytest.approx(score(metric, task, tested.targets, tested.predictions[1]))
        assert test.none == pytest.approx(score(metric, task, tested.targets, tested.predictions[0]))
        assert test.interval.low < test.difference < test.interval.high < 0

    def test_corrects_the_score_to_the_worse_and_says_by_how_much(self, case):
        chosen = judge(**case(skills=(0.0, 0.0, 0.0, 0.0))).recommended
        assert chosen.corrected.score == pytest.approx(chosen.score + chosen.corrected.optimism)
        assert chosen.corrected.interval.low < chosen.corrected.score < chosen.corrected.interval.high

    def test_corrects_accuracy_downwards_and_never_beyond_one(self, case, verdict_study):
        study = verdict_study(objective={"metric": "accuracy"})
        chosen = judge(**case(skills=(2.0, 2.2, 2.1, 2.1), study=study)).recommended
        assert chosen.corrected.score == pytest.approx(chosen.score - chosen.corrected.optimism)
        assert chosen.corrected.interval.high <= 1.0

    def test_shows_a_gain_with_its_evidence(self, case):
        verdict = judge(**case())
        assert verdict.gain is Gain.SHOWN
        first = verdict.contenders[0]
        assert (first.number, first.gain_shown, first.in_tie_set) == (1, True, True)
        assert first.holm_p >= first.difference_to_none.p
        assert first.difference_to_none.interval.high < 0
        assert first.difference_to_none.probability_better > 0.99
        assert first.difference_to_none.correlation > 0.5

    def test_tells_the_baseline_and_the_simplest(self, case):
        verdict = judge(**case())
        assert verdict.baseline.reference == 3
        assert verdict.baseline.mean < 0
        assert verdict.simplest.number in {0, 1}

    def test_shows_the_best_trial_beside_it(self, case):
        best = judge(**case()).best_trial
        assert (best.trial, best.strengths, best.score) == (1, {"strength": 0.1}, TRIALS[0].score)

    def test_links_contenders_to_their_trials(self, case):
        by_number = {one.number: one for one in judge(**case()).contenders}
        assert [by_number[number].trial for number in (0, 1, 2, 8)] == [None, 2, 4, None]

    def test_lists_the_best_first_and_the_dropped_last(self, case, contender_of):
        given = case()
        dropped = contender_of(9, "l2", strength=1.0)
        paired = given["paired"]
        screening = {**paired.screening, 9: np.full((2, 5), 9.0)}
        given["paired"] = dataclasses.replace(paired, contenders=(*paired.contenders, dropped), screening=screening)
        verdict = judge(**given)
        scores = [one.score for one in verdict.contenders[:-1]]
        assert scores == sorted(scores)
        last = verdict.contenders[-1]
        assert (last.number, last.went_on, last.holm_p, last.difference_to_none) == (9, False, 1.0, None)
        assert (verdict.rests_on.contenders, verdict.rests_on.finalists) == (5, 4)

    def test_tells_how_much_worse_new_rows_score_than_those_trained_on(self, case):
        given = case()
        paired = given["paired"]
        given["paired"] = dataclasses.replace(paired, fitted={1: paired.final[1] - 0.1})
        gaps = {one.number: one.generalization_gap for one in judge(**given).contenders}
        assert gaps[1] == pytest.approx(0.1)
        assert gaps[0] is None

    @pytest.mark.parametrize("lacking", ["out_of_fold", "tested"])
    def test_does_without_what_was_not_made(self, case, lacking):
        verdict = judge(**case() | {lacking: None})
        assert (verdict.recommended.corrected is None) == (lacking == "out_of_fold")
        assert (verdict.recommended.test is None) == (lacking == "tested")


class TestTheWords:
    def test_say_the_setting_the_headline_and_the_gain(self, case):
        told = judge(**case()).paragraph
        for part in (
            "Use l2 with strength 0.01, at learning rate 0.001:",
            "On 120 test rows, which nothing was chosen by, it has a log_loss of",
            "Cross-validated and corrected for the choice",
            "A gain over none is shown: l2 with strength 0.01 is",
            "Against your baseline it is",
            "The best single trial was l2 with strength 0.1",
        ):
            assert part in told

    def test_say_no_evidence_either_way_and_what_is_possible(self, case):
        verdict = judge(**case(skills=(0.0, 0.0, 0.0, 0.0)))
        assert verdict.gain is Gain.NOT_SHOWN
        assert verdict.gain_statement == (
            f"no evidence either way; differences up to {verdict.possible_gain:.3g} are possible"
        )
        assert "Use no regularizer" in verdict.paragraph

    def test_say_that_nothing_helps_where_a_gain_is_excluded(self, case):
        verdict = judge(**case(skills=(0.0, 0.0, 0.0, 0.0), min_gain=0.2))
        assert verdict.gain is Gain.EXCLUDED
        assert verdict.gain_statement.startswith("nothing helps here")

    def test_say_no_evidence_of_a_gain_where_everything_is_worse(self, case):
        verdict = judge(**case(skills=(0.0, -0.8, -0.8, -0.8)))
        assert (verdict.gain, verdict.possible_gain) == (Gain.NOT_SHOWN, 0.0)
        assert verdict.gain_statement.startswith("no evidence of a gain")

    def test_say_that_a_shown_gain_is_smaller_than_worth_having(self, case):
        assert "the smallest gain worth having" in judge(**case(min_gain=5.0)).gain_statement

    def test_say_what_the_verdict_rests_on(self, case):
        rests = judge(**case(ended_by=EndReason.STOP, max_trials=128, final_repeats=10)).rests_on
        assert rests.statement == (
            "a search of 6 of 128 trials (6 complete), until it was stopped on request; 4 of 4 settings trained again "
            "after screening in 4 of 10 fresh paired repeats of 5 folds (320 rows to train, 80 to validate); "
            "a test part of 120 rows"
        )


class TestTheWarnings:
    def test_are_none_where_there_is_nothing_to_beware_of(self, case):
        assert _codes(judge(**case())) == set()

    def test_each_have_a_code_and_words_of_their_own(self):
        assert set(_WARNINGS) == set(WarningCode)

    def test_stopped_and_few_repeats(self, case):
        verdict = judge(**case(ended_by=EndReason.STOP, final_repeats=10))
        assert _codes(verdict) == {WarningCode.STOPPED, WarningCode.FEW_REPEATS}

    def test_made_anew(self, case):
        (caution,) = judge(**case(earlier_verdicts=2)).warnings
        assert (caution.code, "2 verdicts before" in caution.text) == (WarningCode.MADE_ANEW, True)

    def test_a_single_repeat(self, case):
        given = case(final_repeats=1)
        paired = given["paired"]
        given["paired"] = dataclasses.replace(paired, final={n: each[:1] for n, each in paired.final.items()})
        given["out_of_fold"] = None
        assert WarningCode.FEW_REPEATS in _codes(judge(**given))

    def test_few_rows(self, case):
        given = case()
        given["paired"] = dataclasses.replace(given["paired"], train_rows=96, validation_rows=24)
        assert WarningCode.FEW_ROWS in _codes(judge(**given))

    def test_test_part_scored_before(self, case):
        given = case()
        given["tested"] = dataclasses.replace(given["tested"], scored_before=2)
        (caution,) = judge(**given).warnings
        assert (caution.code, "2 times before" in caution.text) == (WarningCode.TEST_PART_SCORED_BEFORE, True)

    def test_no_better_than_a_constant(self, case):
        skills = (-1.0, -0.9, -1.0, -1.0)
        verdict = judge(**case(skills=skills))
        assert WarningCode.NO_BETTER_THAN_CONSTANT in _codes(verdict)

    def test_test_part_that_disagrees(self, case):
        given = case()
        tested = given["tested"]
        swapped = {0: tested.predictions[1], 1: tested.predictions[0]}
        given["tested"] = dataclasses.replace(tested, predictions=swapped)
        assert _codes(judge(**given)) == {WarningCode.TEST_DISAGREES}

    def test_rung_ranks_that_disagree(self, case):
        turned = tuple(_trial(n, 10.0**-n, 0.2 + 0.01 * n, at_first=0.5 - 0.01 * n) for n in range(1, 7))
        verdict = judge(**case(trials=turned))
        assert verdict.rests_on.rung_rank_correlation == -1.0
        assert _codes(verdict) == {WarningCode.RUNG_RANKS_DISAGREE}

    def test_first_rungs_on_other_folds_are_ranked_by_what_was_expected(self, case):
        given = [_trial(n, 10.0**-n, 0.2 + 0.01 * n, at_first=0.5 - 0.01 * n) for n in range(1, 7)]
        expected = [(trial.rungs[0].model_copy(update={"expected": trial.score}), trial.rungs[1]) for trial in given]
        alike = [trial.model_copy(update={"rungs": rungs}) for trial, rungs in zip(given, expected, strict=True)]
        verdict = judge(**case(trials=tuple(alike)))
        assert verdict.rests_on.rung_rank_correlation == 1.0
        assert _codes(verdict) == set()

    def test_folds_that_disagree_with_the_first_are_told_though_their_mean_does_not(self, case):
        """The first fold is four times as far apart as the others, which turn its order around."""

        def on_folds(number):
            early, late = 0.3 + 0.04 * number, 0.5 - 0.01 * number
            (trial, folds) = _trial(number, 10.0**-number, early / 3 + late * 2 / 3), (early, late, late)
            rungs = (
                RungView(epochs=50, score=early, folds=folds[:1]),
                RungView(epochs=50, score=trial.score, folds=folds),
            )
            return trial.model_copy(update={"rungs": rungs})

        trials = tuple(on_folds(number) for number in range(1, 7))
        assert sorted(trials, key=lambda trial: trial.score) == list(trials)
        verdict = judge(**case(trials=trials))
        assert verdict.rests_on.rung_rank_correlation == -1.0
        told = {caution.code: caution.text for caution in verdict.warnings}
        assert "on the first folds said nothing of those on the others" in told[WarningCode.RUNG_RANKS_DISAGREE]

    def test_a_contender_that_failed(self, case):
        given = case()
        given["paired"] = _failing(given["paired"], 3)
        verdict = judge(**given)
        assert _codes(verdict) == {WarningCode.CONTENDER_FAILED}
        failed = next(one for one in verdict.contenders if one.number == 3)
        assert (failed.score, failed.holm_p, failed.in_tie_set, verdict.baseline) == (None, 1.0, False, None)

    def test_none_that_failed(self, case):
        given = case()
        given["paired"] = _failing(given["paired"], 0)
        verdict = judge(**given)
        assert WarningCode.NONE_FAILED in _codes(verdict)
        assert (verdict.gain, verdict.possible_gain) == (Gain.NOT_SHOWN, None)
        assert verdict.gain_statement == "no evidence either way; nothing could be compared with none"

    def test_a_boundary_optimum(self, case, verdict_study):
        searched = {"kind": "l2", "strength": {"low": 1e-6, "high": 1e-2, "log": True}}
        verdict = judge(**case(study=verdict_study(regularizers=[searched, "dropout"])))
        (caution,) = verdict.warnings
        assert caution.code is WarningCode.BOUNDARY_OPTIMUM
        assert "l2.strength = 0.01 at the upper end" in caution.text

    @pytest.mark.parametrize(("grid", "expected"), [((1e-4, 1e-3, 1e-2), 1), ((1e-4, 1e-2), 0), ((1e-3, 1e-2, 0.1), 0)])
    def test_an_end_of_a_grid(self, case, verdict_study, grid, expected):
        study = verdict_study(regularizers=[{"kind": "l2", "strength": grid}, "dropout"])
        assert len(judge(**case(study=study)).warnings) == expected

    def test_rows_in_time(self, case):
        study = case()["study"]
        timed = study.model_copy(update={"evaluation": study.evaluation.model_copy(update={"split": Split.TIME})})
        assert _codes(judge(**case(study=timed))) == {WarningCode.ROWS_IN_TIME}

    def test_a_penalty_under_a_normalization(self, case):
        study = case()["study"]
        under = study.model_copy(update={"always": (FixedRegularizer(kind="layer_norm"),)})
        (caution,) = judge(**case(study=under)).warnings
        assert (caution.code, "l2 under layer_norm" in caution.text) == (WarningCode.NORM_UNDER_L2, True)

    def test_a_gain_of_another_than_the_recommended(self, case, contender_of):
        given = case(skills=(0.0, 0.0, 0.0, 0.0))
        paired = given["paired"]
        none = paired.final[0]
        draw = np.random.default_rng(0)
        surely = none - 0.01 + 0.0001 * draw.normal(size=none.shape)
        noisy = none - 0.012 + 0.09 * draw.permutation(np.linspace(-1, 1, none.size)).reshape(none.shape)
        given["paired"] = dataclasses.replace(paired, final={**paired.final, 2: surely, 1: noisy, 3: none})
        verdict = judge(**given)
        assert (verdict.recommended.number, verdict.gain) == (0, Gain.SHOWN)
        assert WarningCode.GAIN_OF_ANOTHER in _codes(verdict)


def test_a_mix_is_said_with_all_that_acts():
    mix = {"l2.strength": 1e-4, "dropout.rate": 0.2}
    told = setting_words(Setting(regularizer="cocktail", strengths=mix, learning_rate=1e-3))
    assert told == "l2 with strength 0.0001 and dropout with rate 0.2"
