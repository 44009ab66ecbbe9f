"""Earlier studies that another may start from, and how the best over studies was obtained."""

import pytest

from ridgeline.errors import Invalid
from ridgeline.spec import StudySpec, resolve
from ridgeline.spec.states import Action, EndReason, Evidence, Likeness, Origin
from ridgeline.spec.views import FinalProgress
from ridgeline.spec.warming import warm_start

SMALL = {"regularizers": ["none", "l2"]}


@pytest.fixture
def resolved(desk):
    def resolve_now(**asked):
        spec = StudySpec.model_validate({"dataset": "breast_cancer", **SMALL, **asked})
        study = resolve(spec, desk.facts(spec))
        if not spec.warm_start:
            return spec, study
        earlier = desk.store.earlier
        found = earlier.near(study) if spec.warm_start is True else earlier.named(spec.warm_start)
        return spec, study.model_copy(update={"warm_start": warm_start(study, found)})

    return resolve_now


def with_verdict(desk, a_verdict, score=0.4):
    """An ended study whose verdict recommends l2 with strength 0.01."""
    study_id = desk.submit(**SMALL)
    claim = desk.claim()
    desk.add(claim, ["none", "l2"])
    progress = FinalProgress(contenders=2, evaluations=4, evaluations_done=0)
    desk.store.finals.begin(claim, EndReason.BUDGET, progress, max_trials=None, running_seconds=1.0)
    verdict = a_verdict(study_id)
    recommended = verdict.recommended.model_copy(update={"score": score})
    verdict = verdict.model_copy(update={"recommended": recommended})
    desk.store.finals.conclude(claim, verdict, test_part=None, running_seconds=1.0)
    return study_id


def test_near_are_equal_studies_and_then_the_nearest_data(desk, resolved) -> None:
    scores = {0: ("none", 0.5), 1: ("l2", 0.4)}
    same = desk.scored(scores, **SMALL, seed=3)
    other = desk.scored(scores, **SMALL, training={"epochs": 20})
    desk.scored(scores, **SMALL, objective={"metric": "accuracy"})
    desk.scored(scores, dataset="iris", **SMALL)
    desk.submit(**SMALL)  # still waits
    cancelled = desk.submit(**SMALL)
    desk.store.studies.act(cancelled, Action.CANCEL)
    _, study = resolved()
    near = desk.store.earlier.near(study)
    assert [one.study_id for one in near] == [same, other]
    assert [found.setting.regularizer for found in near[0].found] == ["l2"]
    taken = warm_start(study, near).settings
    assert [(one.study_id, one.how) for one in taken] == [(same, Likeness.EXACT)]  # the other's is the same setting


def test_a_recommendation_comes_before_the_best_trial(desk, resolved, a_verdict) -> None:
    study_id = with_verdict(desk, a_verdict)
    (one,) = resolved(warm_start=[study_id])[1].warm_start.settings
    assert (one.strengths, one.evidence, one.study_id) == ({"strength": 0.01}, Evidence.VERDICT, study_id)


def test_named_studies_must_exist_and_have_ended(desk, resolved) -> None:
    waiting = desk.submit(**SMALL)
    with pytest.raises(Invalid) as refused:
        resolved(warm_start=["0000000000000000", waiting])
    assert [(each.field, each.value) for each in refused.value.violations] == [
        ("warm_start.0", "0000000000000000"),
        ("warm_start.1", waiting),
    ]


class TestTheBestOverStudies:
    def test_is_the_raw_argmin_while_there_is_no_verdict(self, desk) -> None:
        study_id = desk.scored({0: ("none", 0.5), 1: ("l2", 0.4)}, **SMALL)
        (best,) = desk.store.studies.best_over().items
        assert (best.use, best.recommended) == (Evidence.BEST_TRIAL, None)
        how = best.best_trial.obtained
        assert (how.study_id, how.evidence, how.origin, how.warm_start) == (
            study_id,
            Evidence.BEST_TRIAL,
            Origin.SAMPLED,
            (),
        )
        assert (
            "the best of many noisy scores, not trained again; its search started from no earlier study"
            in how.statement
        )

    def test_prefers_the_best_recommendation_to_an_argmin(self, desk, results, a_verdict) -> None:
        desk.scored({0: ("none", 0.5), 1: ("l2", 0.1)}, **SMALL)
        with_verdict(desk, a_verdict, score=0.45)
        better = with_verdict(desk, a_verdict, score=0.4)
        (best,) = desk.store.studies.best_over().items
        assert best.best_trial.score == 0.1
        assert best.use is Evidence.VERDICT
        assert best.recommended is not None
        assert (best.recommended.obtained.study_id, best.recommended.score) == (better, 0.4)
        assert desk.store.studies.best_over(regularizer="none").items[0].recommended is None

    def test_says_what_its_search_started_from(self, desk, resolved, results) -> None:
        first = desk.scored({0: ("none", 0.5), 1: ("l2", 0.4)}, **SMALL)
        view, _ = desk.store.studies.submit(*resolved(warm_start=True))
        assert view.study.warm_start is not None
        claim = desk.claim()
        desk.add(claim, ["none", "l2"])
        desk.rung(claim, [results.complete(0, 0.5), results.complete(1, 0.2)])
        (best,) = desk.store.studies.best_over().items
        how = best.best_trial.obtained
        assert how.study_id == view.id
        assert [(each.study_id, each.how, each.settings) for each in how.warm_start] == [(first, Likeness.EXACT, 1)]
        assert how.statement.endswith("its search first asked 1 setting of 1 earlier study on the same data")
