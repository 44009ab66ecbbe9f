"""Studies are submitted once, listed without gaps, counted and compared."""

import base64
import json

import pytest

from ridgeline.errors import Invalid, KeyReused, NotFound
from ridgeline.spec import StudySpec, resolve
from ridgeline.spec.final import most_work
from ridgeline.spec.metrics import Metric
from ridgeline.spec.states import Action, StudyState
from ridgeline.spec.views import FinalProgress, TrialCounts
from ridgeline.store.summaries import seconds_left


def asked(**spec):
    return StudySpec.model_validate({"dataset": "breast_cancer", **spec})


def submit(desk, key=None, **spec):
    wanted = asked(**spec)
    return desk.store.studies.submit(wanted, resolve(wanted, desk.facts(wanted)), idempotency_key=key)


def everything(page, **query):
    """All items of a list, and how many pages it had."""
    items, pages, cursor = [], 0, None
    while pages == 0 or cursor is not None:
        part = page(cursor=cursor, **query)
        items, pages, cursor = [*items, *part.items], pages + 1, part.next_cursor
    return items, pages


def test_a_submitted_study_is_queued_as_it_was_resolved(desk):
    wanted = asked(name="wdbc", tags={"team": "a"}, seed=3)
    study = resolve(wanted, desk.facts(wanted))
    view, created = desk.store.studies.submit(wanted, study)
    assert created
    assert (view.state, view.name, view.tags, view.study) == (StudyState.QUEUED, "wdbc", {"team": "a"}, study)
    assert view.possible == (Action.STOP, Action.CANCEL)
    assert (view.trials, view.best, view.seconds_left, view.queue_position) == (TrialCounts(), None, None, 1)
    assert desk.event_types(view.id) == ["study.queued"]


def test_the_same_key_and_request_give_the_first_study(desk):
    first, created = submit(desk, key="k", seed=1)
    again, created_again = submit(desk, key="k", seed=1)
    assert (created, created_again) == (True, False)
    assert again == first
    assert len(desk.store.studies.page().items) == 1


def test_the_same_key_with_another_request_is_refused_and_stores_nothing(desk):
    submit(desk, key="k", seed=1)
    with pytest.raises(KeyReused, match="'k'"):
        submit(desk, key="k", seed=2)
    assert len(desk.store.studies.page().items) == 1


def test_without_a_key_the_same_request_is_another_study(desk):
    assert submit(desk)[0].id != submit(desk)[0].id


def test_a_study_on_data_that_is_not_stored_is_refused(desk):
    wanted = asked()
    facts = desk.facts(wanted).model_copy(update={"id": "elsewhere"})
    with pytest.raises(NotFound, match="data set"):
        desk.store.studies.submit(wanted, resolve(wanted, facts))
    assert desk.store.events.last_id() == 0


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
@pytest.mark.parametrize("sort", ["created_at", "-created_at", "name", "-name"])
def test_pages_hold_every_study_once_in_order_even_when_keys_tie(desk, sort, limit):
    for name in ("b", "a", "b", "c", "a", "b"):
        submit(desk, name=name)  # the clock stands: they were all created at once
    items, pages = everything(desk.store.studies.page, sort=sort, limit=limit)
    keys = [(getattr(view, sort.removeprefix("-")), view.id) for view in items]
    assert len(set(keys)) == 6
    assert keys == sorted(keys, reverse=sort.startswith("-"))
    assert pages == -(-6 // limit)


def test_a_study_that_comes_between_two_pages_shifts_nothing(desk):
    old = [desk.submit() for _ in range(4)]
    first = desk.store.studies.page(limit=2)
    desk.submit()
    second = desk.store.studies.page(limit=2, cursor=first.next_cursor)
    assert [view.id for view in (*first.items, *second.items)] == old[::-1]


def test_a_cursor_from_elsewhere_is_refused(desk):
    for _ in range(3):
        desk.submit(tags={"team": "a"})
    page = desk.store.studies.page
    cursor = page(limit=1).next_cursor
    assert cursor is not None
    foreign = [
        {"sort": "created_at"},
        {"state": StudyState.QUEUED},
        {"dataset": "breast_cancer"},
        {"tag": ("team", None)},
    ]
    for query in foreign:
        with pytest.raises(Invalid, match="cursor must come from the same list"):
            page(cursor=cursor, **query)
    with pytest.raises(Invalid, match="cursor"):
        desk.store.datasets.page(cursor=cursor)


@pytest.mark.parametrize("cursor", ["", "%%%", "bm9uc2Vuc2U", "W10", "bnVsbA", "é"])
def test_a_damaged_cursor_is_refused(desk, cursor):
    with pytest.raises(Invalid, match="start again without a cursor"):
        desk.store.studies.page(cursor=cursor)


def encoded(told):
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode()


@pytest.mark.parametrize(
    "key", [None, [], ["a"], ["a", "b", "c"], ["a", 1], ["a", None], ["\ud800", "b"], [["a"], "b"], {"a": "b"}]
)
def test_a_forged_key_is_refused(desk, key):
    name = ["studies", "name", None, None, None, None]
    assert desk.store.studies.page(sort="name", cursor=encoded([name, ["a", "b"]])).items == ()
    with pytest.raises(Invalid, match="cursor"):
        desk.store.studies.page(sort="name", cursor=encoded([name, key]))


@pytest.mark.parametrize("key", [[2**63], [True], [0.5], ["1"]])
def test_a_forged_number_is_refused(desk, key):
    study_id = desk.submit()
    name = [f"trials of {study_id}", "number", None, None]
    assert desk.store.trials.page(study_id, cursor=encoded([name, [1]])).items == ()
    with pytest.raises(Invalid, match="cursor"):
        desk.store.trials.page(study_id, cursor=encoded([name, key]))


def test_a_cursor_too_deep_to_read_is_refused(desk):
    with pytest.raises(Invalid, match="cursor"):
        desk.store.studies.page(cursor=base64.urlsafe_b64encode(b"[" * 300_000).decode())


def test_studies_are_found_by_state_data_set_and_tag(desk):
    iris = desk.submit(dataset="iris", tags={"team": "a"})
    wine = desk.submit(dataset="wine", tags={"team": "b"})
    plain = desk.submit(dataset="wine")
    desk.store.studies.act(plain, Action.STOP)
    page = desk.store.studies.page
    by_id = desk.store.datasets.get("wine").dataset.id

    def ids(**query):
        return [view.id for view in page(sort="created_at", **query).items]

    assert ids(state=StudyState.QUEUED) == [iris, wine]
    assert ids(dataset="wine") == ids(dataset=by_id) == [wine, plain]
    assert ids(dataset="nothing") == []
    assert ids(tag=("team", None)) == [iris, wine]
    assert ids(tag=("team", "b")) == [wine]
    assert ids(tag=("team", "b"), dataset="iris") == []


def test_an_edit_changes_what_lists_show_and_nothing_else(desk):
    study_id = desk.submit(name="old", tags={"team": "a"})
    before = desk.store.studies.get(study_id)
    edited = desk.store.studies.edit(study_id, name="new")
    assert (edited.name, edited.tags) == ("new", {"team": "a"})
    edited = desk.store.studies.edit(study_id, tags={"stage": "x"})
    assert (edited.name, edited.tags, edited.study.tags) == ("new", {"stage": "x"}, {"stage": "x"})
    assert desk.store.studies.page(tag=("team", None)).items == ()
    assert edited.study.model_copy(update={"name": "old", "tags": {"team": "a"}}) == before.study


def test_the_queue_is_counted_from_its_head(desk):
    first, second, third = desk.submit(), desk.submit(), desk.submit()
    desk.claim()
    positions = [desk.store.studies.get(study).queue_position for study in (first, second, third)]
    assert positions == [None, 1, 2]


def test_counters_and_the_best_stand_in_every_view(desk, results):
    study_id = desk.submit()
    claim = desk.claim()
    desk.add(claim, ["none", "l2", "l2", "l1", "l1"])
    desk.rung(claim, [results.complete(0, 0.5), results.complete(1, 0.4), results.pruned(2, 0.9), results.diverged(3)])
    view = desk.store.studies.get(study_id)
    assert view.trials == TrialCounts(running=1, complete=2, pruned=1, failed=1)
    assert view.best is not None
    assert (view.best.trial, view.best.regularizer, view.best.score) == (1, "l2", 0.4)
    assert desk.store.studies.page().items == (view,)


def test_time_left_is_the_pace_so_far_times_the_epochs_to_come(desk):
    facts = desk.facts(asked())
    no_final = {"final_repeats": 0}
    plain = resolve(asked(pruner="none", training={"epochs": 50}, evaluation=no_final), facts)
    counts = TrialCounts(complete=32, running=8)

    def left(study, counts, max_trials, epochs_done, final=None):
        return seconds_left(study, counts, max_trials, running_seconds=10.0, epochs_done=epochs_done, final=final)

    assert left(plain, counts, 128, 32 * 50 * 5) == pytest.approx(30.0)  # three quarters are to come
    assert left(plain, TrialCounts(), 128, 0) is None
    capped = resolve(asked(pruner="none", budget={"max_seconds": 12.0}, evaluation=no_final), facts)
    assert left(capped, counts, 128, 32 * 50 * 5) == pytest.approx(2.0)
    halving = {"kind": "successive_halving", "reduction_factor": 2, "resource": "epochs", "first_rung": 20}
    pruned = resolve(asked(pruner=halving, training={"epochs": 40}, evaluation=no_final), facts)
    spent = (16 * 20 + 16 * 40) * 5
    assert [rung.epochs for rung in pruned.plan.rungs] == [20, 40]
    assert left(pruned, TrialCounts(complete=16, pruned=16), 64, spent) == pytest.approx(10.0)
    by_folds = resolve(asked(training={"epochs": 40}, evaluation=no_final), facts)
    spent = 32 * 40 + 32 / 3 * 40 * 4  # all on one fold, a third on the other four
    assert left(by_folds, TrialCounts(complete=11, pruned=21), 64, spent) == pytest.approx(10.0)
    ending = resolve(asked(pruner="none", training={"epochs": 50}, evaluation={"final_repeats": 3}), facts)
    most = most_work(ending, 128).evaluations / 5  # in trials of five folds
    assert left(ending, counts, 128, 32 * 50 * 5) == pytest.approx(10.0 * (96 + most) / 32)
    half = FinalProgress(contenders=4, evaluations=80, evaluations_done=40)  # 8 trials of 40, and 8 to come
    assert left(ending, TrialCounts(complete=32), 32, 32 * 50 * 5, half) == pytest.approx(10.0 * 8 / 40)


def test_time_left_is_told_while_a_study_goes_on(desk, results):
    study_id = desk.submit(pruner="none", training={"epochs": 50}, evaluation={"final_repeats": 0})
    claim = desk.claim()
    desk.add(claim, ["none", "l2"])
    desk.rung(claim, [results.complete(0, 0.5), results.complete(1, 0.4)])
    assert desk.store.studies.get(study_id).seconds_left == pytest.approx(10.0 * 126 / 2)
    desk.settle(claim)
    assert desk.store.studies.get(study_id).seconds_left is None


def test_the_best_over_studies_compares_only_what_may_be_compared(desk):
    desk.scored({0: ("none", 0.50), 1: ("l2", 0.40)})
    better = desk.scored({0: ("none", 0.45), 1: ("l2", 0.35), 2: ("l1", 0.35)}, model="linear")
    other_split = desk.scored({0: ("none", 0.1)}, evaluation={"folds": 4})
    iris = desk.scored({0: ("none", 0.2)}, dataset="iris")
    desk.submit()  # without a complete trial
    found, _ = everything(desk.store.studies.best_over, limit=1)
    assert {(best.best_trial.obtained.study_id, best.best_trial.number, best.studies) for best in found} == {
        (better, 1, 2),
        (other_split, 0, 1),
        (iris, 0, 1),
    }

    def only(**query):
        found = [best.best_trial for best in desk.store.studies.best_over(**query).items]
        return {(trial.obtained.study_id, trial.regularizer) for trial in found}

    assert only(dataset="iris") == {(iris, "none")}
    assert only(regularizer="l1") == {(better, "l1")}
    assert only(model="mlp", regularizer="l2", metric=Metric.LOG_LOSS) & {(better, "l2")} == set()
    assert only(metric=Metric.ACCURACY) == set()


def test_the_best_over_studies_knows_scores_that_should_be_high(desk):
    desk.scored({0: ("none", 0.6)}, objective={"metric": "accuracy"})
    higher = desk.scored({0: ("none", 0.9)}, objective={"metric": "accuracy"})
    (best,) = desk.store.studies.best_over().items
    assert (best.best_trial.obtained.study_id, best.best_trial.score) == (higher, 0.9)


def test_the_rate_is_work_per_running_second_of_ended_studies(desk):
    assert desk.store.studies.rate() is None
    desk.scored({0: ("none", 0.5)})  # 1000 multiply-adds in 20 s
    assert desk.store.studies.rate() == pytest.approx(50.0)


def test_an_unknown_study_is_not_found(desk):
    for ask in (desk.store.studies.get, desk.store.studies.plan_of, desk.store.studies.edit, desk.store.studies.delete):
        with pytest.raises(NotFound, match="study 'nope'"):
            ask("nope")


def test_studies_are_counted_by_state(desk):
    assert desk.store.studies.count_by_state() == {}
    for state in (StudyState.QUEUED, StudyState.PAUSED, StudyState.COMPLETED, StudyState.COMPLETED):
        desk.study_in(state)
        if state is StudyState.QUEUED:
            desk.claim()
    assert desk.store.studies.count_by_state() == {
        StudyState.RUNNING: 1,
        StudyState.PAUSED: 1,
        StudyState.COMPLETED: 2,
    }
