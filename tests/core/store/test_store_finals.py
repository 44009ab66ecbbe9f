"""A final is written stage by stage behind the fence; the verdict ends its study; a raised budget undoes it."""

import pytest

from ridgeline.errors import BudgetRaised, ClaimLost, NotFound, NotReady, NoVerdict
from ridgeline.spec.states import Action, EndReason, Phase, StudyState, TrialState
from ridgeline.spec.views import FinalProgress
from ridgeline.store import Stage, answers

PROGRESS = FinalProgress(contenders=3, evaluations=40, evaluations_done=0)
HALF = FinalProgress(contenders=2, evaluations=30, evaluations_done=15)


@pytest.fixture
def begun(desk, results):
    """A study in its final, and its claim."""
    study_id = desk.submit(budget={"max_trials": 8})
    claim = desk.claim()
    desk.add(claim, ["none", "l2", "l2"])
    desk.rung(claim, [results.complete(0, 0.5), results.complete(1, 0.4)])
    desk.store.finals.begin(claim, EndReason.BUDGET, PROGRESS, max_trials=8, running_seconds=11.0)
    return study_id, claim


@pytest.fixture
def conclude(a_verdict):
    return lambda desk, claim, study_id, **changes: _conclude(desk, claim, a_verdict(study_id), **changes)


def _conclude(desk, claim, verdict, **changes):
    told = {"test_part": "rows", "running_seconds": 20.0, "work_done": 7} | changes
    return desk.store.finals.conclude(claim, verdict, **told)


def test_begin_ends_the_search(desk, begun):
    study = desk.store.studies.get(begun[0])
    assert (study.state, study.phase, study.final) == (StudyState.RUNNING, Phase.FINAL, PROGRESS)
    assert [trial.state for trial in desk.store.trials.of(begun[0])] == [
        TrialState.COMPLETE,
        TrialState.COMPLETE,
        TrialState.STOPPED,
    ]
    assert desk.event_types(begun[0])[-1] == "final.started"


def test_the_next_claim_knows_where_the_study_stands(desk, begun):
    desk.store.claims.release(begun[1], running_seconds=12.0)
    claim = desk.claim()
    assert (claim.phase, claim.search_ended_by) == (Phase.FINAL, EndReason.BUDGET)


def test_a_stage_is_stored_with_its_progress_and_its_event(desk, begun):
    study_id, claim = begun
    stage = Stage(
        {0: [[0.5, None], [0.25, 0.1]], 7: [[1.0, 2.0], [3.0, 4.0]]}, b"\x00packed", {"sparsity": {0: [[0.5, None]]}}
    )
    desk.store.finals.record_stage(claim, "screening", stage, HALF, running_seconds=13.0, work_done=5)
    assert desk.store.finals.stages(study_id) == {"screening": stage}
    study = desk.store.studies.get(study_id)
    assert (study.final, study.running_seconds) == (HALF, 13.0)
    assert desk.event_types(study_id)[-1] == "final.stage_ended"


def test_the_verdict_ends_the_study_and_counts_the_test_part(desk, begun, conclude, a_verdict):
    study_id, claim = begun
    desk.store.finals.record_stage(claim, "final", Stage({}, b"x"), HALF, running_seconds=13.0, work_done=5)
    desk.store.finals.begin_refit(claim, {"regularizer": "l2"})
    assert desk.store.studies.get(study_id).phase is Phase.REFIT
    with pytest.raises(NotReady, match="is in refit now"):
        answers.verdict(desk.store, study_id)
    assert conclude(desk, claim, study_id) is StudyState.COMPLETED
    assert answers.verdict(desk.store, study_id) == a_verdict(study_id)
    assert desk.store.finals.scored("rows") == 1
    assert desk.store.finals.scored("others") == 0
    assert desk.store.finals.stages(study_id)["final"].predictions is None
    study = desk.store.studies.get(study_id)
    assert (study.state, study.reason) == (StudyState.COMPLETED, EndReason.BUDGET)
    with pytest.raises(ClaimLost):
        conclude(desk, claim, study_id)
    assert desk.store.finals.scored("rows") == 1


def test_who_asked_to_stop_in_the_final_gets_a_stopped_study_with_a_verdict(desk, begun, conclude):
    study_id, claim = begun
    desk.store.studies.act(study_id, Action.STOP)
    assert conclude(desk, claim, study_id) is StudyState.STOPPED
    assert answers.verdict(desk.store, study_id).study_id == study_id


def test_a_final_without_a_verdict_says_why(desk, begun):
    study_id, claim = begun
    desk.store.finals.conclude(claim, None, detail="nothing had a score", test_part=None, running_seconds=20.0)
    with pytest.raises(NoVerdict, match="for nothing had a score; submit it again"):
        answers.verdict(desk.store, study_id)


def test_a_budget_that_was_raised_before_the_final_began_goes_first(desk):
    study_id = desk.submit(budget={"max_trials": 8})
    claim = desk.claim()
    desk.store.studies.extend(study_id, 16)
    with pytest.raises(BudgetRaised):
        desk.store.finals.begin(claim, EndReason.BUDGET, PROGRESS, max_trials=8, running_seconds=1.0)
    assert desk.store.studies.get(study_id).phase is Phase.SEARCH


def test_extend_undoes_a_final_and_its_worker_learns_of_it(desk, begun, conclude):
    study_id, claim = begun
    desk.store.finals.record_stage(claim, "screening", Stage({}), HALF, running_seconds=13.0, work_done=5)
    desk.store.studies.extend(study_id, 16)
    assert desk.store.finals.stages(study_id) == {}
    stage = Stage({})
    for write in (
        lambda: desk.store.finals.check(claim),
        lambda: desk.store.finals.progress(claim, HALF, running_seconds=14.0),
        lambda: desk.store.finals.record_stage(claim, "final", stage, HALF, running_seconds=14.0, work_done=5),
        lambda: desk.store.finals.begin_refit(claim, {}),
        lambda: conclude(desk, claim, study_id),
    ):
        with pytest.raises(BudgetRaised):
            write()
    study = desk.store.studies.get(study_id)
    assert (study.phase, study.final, study.state) == (Phase.SEARCH, None, StudyState.RUNNING)
    assert desk.store.finals.scored("rows") == 0


def test_an_extended_study_keeps_count_of_its_verdicts(desk, begun, conclude):
    study_id, claim = begun
    conclude(desk, claim, study_id)
    desk.store.studies.extend(study_id, 16)
    with pytest.raises(NotReady, match="is in queued now"):
        answers.verdict(desk.store, study_id)
    claim = desk.claim()
    assert (claim.phase, claim.search_ended_by) == (Phase.SEARCH, None)
    desk.store.finals.begin(claim, EndReason.EXHAUSTED, PROGRESS, max_trials=16, running_seconds=30.0)
    conclude(desk, claim, study_id)
    assert desk.store.verdicts.outcome(study_id).made == 2
    assert desk.store.finals.scored("rows") == 2


@pytest.mark.parametrize(
    ("state", "reason", "told"),
    [
        (StudyState.FAILED, None, "it failed"),
        (StudyState.STOPPED, EndReason.CANCELLED, "it was cancelled; use stop"),
        (StudyState.STOPPED, EndReason.STOP, "it ended before any trial was complete"),
    ],
)
def test_a_study_that_ended_otherwise_says_why_it_has_none(desk, state, reason, told):
    study_id = desk.study_in(state, reason)
    with pytest.raises(NoVerdict, match=told):
        answers.verdict(desk.store, study_id)


def test_a_study_of_an_older_version_says_why_it_has_none(desk):
    study_id = desk.scored({0: ("none", 0.5)})
    with pytest.raises(NoVerdict, match="it ended before studies came to verdicts; extend it"):
        answers.verdict(desk.store, study_id)


def test_without_a_final_it_is_never_worth_waiting(desk):
    study_id = desk.submit(evaluation={"final_repeats": 0})
    with pytest.raises(NoVerdict, match="final_repeats is 0"):
        answers.verdict(desk.store, study_id)


def test_an_unknown_study_is_not_found(desk):
    with pytest.raises(NotFound):
        answers.verdict(desk.store, "0000000000000000")


def test_deleting_a_study_forgets_its_verdict_and_not_that_its_test_part_was_scored(desk, begun, conclude):
    study_id, claim = begun
    conclude(desk, claim, study_id)
    desk.store.studies.delete(study_id)
    assert desk.store.finals.scored("rows") == 1
    with pytest.raises(NotFound):
        desk.store.verdicts.outcome(study_id)
