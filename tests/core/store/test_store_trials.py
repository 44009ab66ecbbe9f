"""Trials are listed without gaps, ranked with ties to the lower number, and served by an index."""

import pytest
from sqlalchemy import event

from ridgeline.errors import Invalid, NotFound
from ridgeline.spec.states import Action, TrialState
from ridgeline.spec.views import TrialCounts

KINDS = ("none", "l2", "l1", "l2", "l1", "l2", "l1", "l2", "l1")


@pytest.fixture
def mixed(desk, results):
    """Nine trials: scores that tie, some without one."""
    study_id = desk.submit()
    claim = desk.claim()
    desk.add(claim, KINDS)
    desk.rung(
        claim,
        [
            *(results.complete(number, score) for number, score in ((0, 0.3), (1, 0.2), (2, 0.2), (3, 0.3), (4, 0.1))),
            results.pruned(5, 0.05),
            results.diverged(6),
        ],
    )
    return study_id


def everything(page, **query):
    part = page(**query)
    items = list(part.items)
    while part.next_cursor is not None:
        part = page(cursor=part.next_cursor, **query)
        items.extend(part.items)
    return items


@pytest.mark.parametrize("limit", [1, 2, 4, 100])
@pytest.mark.parametrize(
    ("sort", "numbers"),
    [
        ("number", [0, 1, 2, 3, 4, 5, 6, 7, 8]),
        ("-number", [8, 7, 6, 5, 4, 3, 2, 1, 0]),
        ("score", [4, 1, 2, 0, 3, 5, 6, 7, 8]),
        ("-score", [8, 7, 6, 5, 3, 0, 2, 1, 4]),
    ],
)
def test_pages_hold_every_trial_once_in_order(desk, mixed, sort, numbers, limit):
    items = everything(lambda **query: desk.store.trials.page(mixed, **query), sort=sort, limit=limit)
    assert [trial.number for trial in items] == numbers


def test_pages_can_be_narrowed_to_a_kind_and_a_state(desk, mixed):
    def numbers(**query):
        return [trial.number for trial in everything(lambda **q: desk.store.trials.page(mixed, limit=1, **q), **query)]

    assert numbers(regularizer="l2") == [1, 3, 5, 7]
    assert numbers(regularizer="l1", sort="score") == [4, 2, 6, 8]
    assert numbers(state=TrialState.RUNNING, sort="-number") == [8, 7]
    assert numbers(regularizer="l1", state=TrialState.COMPLETE) == [2, 4]


def test_a_cursor_of_another_study_order_or_filter_is_refused(desk, mixed):
    other = desk.scored({0: ("none", 0.1), 1: ("l2", 0.2)})
    cursor = desk.store.trials.page(mixed, limit=1).next_cursor
    for study_id, query in (
        (other, {}),
        (mixed, {"sort": "score"}),
        (mixed, {"sort": "-number"}),
        (mixed, {"regularizer": "l2"}),
        (mixed, {"state": TrialState.COMPLETE}),
    ):
        with pytest.raises(Invalid, match="cursor"):
            desk.store.trials.page(study_id, cursor=cursor, **query)


def test_the_best_is_complete_and_ties_go_to_the_lower_number(desk, mixed):
    best = desk.store.trials.best
    assert best(mixed).number == 4
    assert best(mixed, "l2").number == 1
    assert best(mixed, "none").number == 0
    assert best(mixed, "dropout") is None
    assert [(kind, trial.number) for kind, trial in desk.store.trials.best_per_kind(mixed).items()] == [
        ("l1", 4),
        ("l2", 1),
        ("none", 0),
    ]


def test_the_best_of_a_score_that_should_be_high_is_the_highest(desk):
    scores = {0: ("none", 0.5), 1: ("l2", 0.9), 2: ("l2", 0.9), 3: ("l1", 0.7)}
    study_id = desk.scored(scores, objective={"metric": "accuracy"})
    assert desk.store.trials.best(study_id).number == 1
    assert [trial.number for trial in desk.store.trials.page(study_id, sort="score").items] == [1, 2, 3, 0]
    assert [point.trial for point in desk.store.trials.points(study_id, "l2")] == [1, 2]
    for point in desk.store.trials.points(study_id, "l2"):
        trial = desk.store.trials.get(study_id, point.trial)
        assert (point.strengths, point.learning_rate) == (trial.strengths, trial.learning_rate)
        assert (point.score, point.standard_error) == (trial.score, trial.standard_error)


def test_trials_are_counted_by_state_and_kind(desk, mixed):
    assert desk.store.trials.counts(mixed) == TrialCounts(running=2, complete=5, pruned=1, failed=1)
    assert desk.store.trials.counts_per_kind(mixed) == {
        "none": TrialCounts(complete=1),
        "l1": TrialCounts(running=1, complete=2, failed=1),
        "l2": TrialCounts(running=1, complete=2, pruned=1),
    }


def test_a_replay_reads_what_was_added_in_order(desk, mixed):
    replayed = desk.store.trials.of(mixed)
    assert [trial.number for trial in replayed] == list(range(9))
    assert [trial.regularizer for trial in replayed] == list(KINDS)
    assert replayed[7:] == desk.store.trials.of(mixed, first=7)
    assert desk.store.trials.get(mixed, 4) == replayed[4]
    assert replayed[3].strengths == {"strength": 0.001 * 4}  # to the last bit


def test_unknown_studies_and_trials_are_not_found(desk, mixed):
    with pytest.raises(NotFound, match="trial 99"):
        desk.store.trials.get(mixed, 99)
    for ask in (desk.store.trials.of, desk.store.trials.page, lambda study_id: desk.store.trials.get(study_id, 0)):
        with pytest.raises(NotFound, match="study 'nope'"):
            ask("nope")


def plans(desk, ask):
    """How SQLite answers every query of a call."""
    told = []

    def explain(connection, _cursor, statement, parameters, _context, _many):
        if statement.startswith("SELECT"):
            rows = connection.connection.driver_connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            told.extend(row[3] for row in rows)

    event.listen(desk.store._database._reader, "before_cursor_execute", explain)
    ask()
    event.remove(desk.store._database._reader, "before_cursor_execute", explain)
    assert told
    return told


@pytest.mark.parametrize("sort", ["number", "-number", "score", "-score"])
@pytest.mark.parametrize(
    "narrowed",
    [
        {},
        {"regularizer": "l2"},
        {"state": TrialState.COMPLETE},
        {"regularizer": "l2", "state": TrialState.COMPLETE},
        {"regularizer": "l2", "state": TrialState.RUNNING},
        {"state": TrialState.RUNNING},
    ],
    ids=["all", "kind", "state", "both", "both without scores", "state without scores"],
)
def test_every_page_comes_out_of_an_index_in_order(desk, mixed, sort, narrowed):
    cursor = desk.store.trials.page(mixed, sort=sort, limit=1, **narrowed).next_cursor
    for at in (None, cursor):
        told = plans(desk, lambda at=at: desk.store.trials.page(mixed, sort=sort, cursor=at, **narrowed))
        assert all(line.startswith("SEARCH") for line in told), told


def test_the_best_and_the_counters_come_out_of_an_index(desk, mixed):
    store = desk.store
    for ask in (
        lambda: store.trials.best(mixed),
        lambda: store.trials.best(mixed, "l2"),
        lambda: store.trials.counts(mixed),
        lambda: store.trials.counts_per_kind(mixed),
        lambda: store.studies.get(mixed),
    ):
        told = plans(desk, ask)
        assert not [line for line in told if "SCAN" in line or "TEMP" in line], told
    for ask in (lambda: store.trials.counts(mixed), lambda: store.trials.counts_per_kind(mixed)):
        of_trials = [line for line in plans(desk, ask) if "trials" in line]
        assert of_trials
        assert all("COVERING INDEX" in line for line in of_trials)


def test_an_ended_study_keeps_its_counts(desk, mixed):
    store = desk.store
    store.studies.act(mixed, Action.CANCEL)
    ended = TrialCounts(complete=5, pruned=1, failed=1, stopped=2)
    assert store.trials.counts(mixed) == store.studies.get(mixed).trials == ended
    assert store.trials.counts_per_kind(mixed)["l1"] == TrialCounts(complete=2, failed=1, stopped=1)
    for ask in (store.studies.page, lambda: store.trials.counts_per_kind(mixed)):
        assert not [line for line in plans(desk, ask) if "trials_study_id_regularizer_state" in line]


def test_a_study_that_goes_on_is_counted_again(desk):
    study_id = desk.scored({0: ("none", 0.3), 1: ("l2", 0.2)})
    assert desk.store.trials.counts(study_id) == TrialCounts(complete=2)
    desk.store.studies.extend(study_id, 1000)
    desk.add(desk.claim(), ["l2"], first=2)
    assert desk.store.trials.counts(study_id) == TrialCounts(complete=2, running=1)
