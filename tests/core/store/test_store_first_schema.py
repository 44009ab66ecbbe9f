"""A database of the first schema, as Ridgeline 0.1 wrote it, upgrades and its studies go on."""

import json
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from ridgeline.errors import KeyReused
from ridgeline.spec import StudySpec, resolve
from ridgeline.spec.built_in import BUILT_IN, BUILT_IN_SETS
from ridgeline.spec.facts import facts_of
from ridgeline.spec.states import StudyState
from ridgeline.spec.study import Preparation, Split
from ridgeline.spec.views import TrialCounts
from ridgeline.store import Store, answers, database_path, upgrade

DONE, RUNNING, QUEUED = "0000000000000001", "0000000000000002", "0000000000000003"
AS_ASKED_THEN = {
    DONE: {
        "dataset": "breast_cancer",
        "tags": {"team": "a"},
        "regularizers": ["l2", "dropout"],
        "budget": {"max_trials": 3},
    },
    RUNNING: {
        "dataset": "diabetes",
        "model": "linear",
        "sampler": "grid",
        "pruner": "hyperband",
        "training": {"optimizer": {"kind": "sgd", "momentum": 0.9}, "learning_rate": [0.01, 0.1]},
        "baseline": {"kind": "weight_decay", "tau": 40},
    },
    QUEUED: {
        "dataset": "iris",
        "model": {"kind": "mlp", "hidden": [8], "activation": "tanh"},
        "regularizers": [{"kind": "l1", "strength": {"low": 1e-5, "high": 0.1, "log": True}}, "elastic_net"],
        "objective": {"metric": "accuracy"},
        "evaluation": {"folds": 3, "repeats": 2, "test_fraction": 0.25},
        "always": [{"kind": "l2", "strength": 1e-4}],
    },
}


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("first")
    dump = (Path(__file__).parent / "revision_0001.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(database_path(folder))) as plain:
        plain.executescript(dump)
    upgrade(folder)
    return folder


@pytest.fixture
def store(data_dir):
    with Store.open(data_dir, clock=lambda: 1_900_000_000.0) as store:
        yield store


@pytest.mark.parametrize("study_id", AS_ASKED_THEN)
def test_a_stored_study_is_what_the_same_request_resolves_to_today(store, study_id):
    """But that trials are compared after some epochs, as they were then, and cohorts may hold more lanes today."""
    by_epochs = {"pruner": {"kind": "successive_halving", "resource": "epochs"}}
    asked = StudySpec.model_validate(by_epochs | AS_ASKED_THEN[study_id])
    stored, today = store.studies.get(study_id).study, resolve(asked, BUILT_IN[asked.dataset.id])
    plan = today.plan.model_copy(update={"cohort_lanes": stored.plan.cohort_lanes})
    assert stored == today.model_copy(update={"plan": plan})


def test_numbers_were_dealt_at_random_and_classes_with_their_shares(store):
    studies = [store.studies.get(study_id).study for study_id in AS_ASKED_THEN]
    assert [study.evaluation.split for study in studies] == [Split.STRATIFIED, Split.SHUFFLED, Split.STRATIFIED]
    assert {study.preparation for study in studies} == {Preparation()}


def counted(store, study_id):
    return TrialCounts(**Counter(trial.state for trial in store.trials.of(study_id)))


def test_states_trials_and_answers_stay(store):
    views = [store.studies.get(study_id) for study_id in AS_ASKED_THEN]
    assert [view.state for view in views] == [StudyState.COMPLETED, StudyState.RUNNING, StudyState.QUEUED]
    assert [trial.score for trial in store.trials.of(DONE)] == pytest.approx([0.1, 0.11, 0.12])
    assert answers.best(store, DONE).regularizer == "none"
    assert [view.trials for view in views] == [counted(store, study_id) for study_id in AS_ASKED_THEN]
    assert [study.id for study in store.studies.page(tag=("team", "a"), dataset="breast_cancer").items] == [DONE]


def test_old_and_new_studies_are_compared(store, data_dir):
    with closing(sqlite3.connect(database_path(data_dir))) as plain:
        kept = dict(plain.execute("SELECT id, comparison FROM studies"))
    assert kept == {study_id: store.studies.get(study_id).study.comparison for study_id in kept}


def test_a_request_that_comes_again_after_the_upgrade_gives_the_first_study(store):
    asked = StudySpec.model_validate(AS_ASKED_THEN[DONE])
    view, created = store.studies.submit(asked, resolve(asked, BUILT_IN["breast_cancer"]), idempotency_key="first")
    assert (view.id, created) == (DONE, False)
    other = StudySpec.model_validate(AS_ASKED_THEN[DONE] | {"seed": 1})
    with pytest.raises(KeyReused):
        store.studies.submit(other, resolve(other, BUILT_IN["breast_cancer"]), idempotency_key="first")


def test_every_worker_takes_the_old_studies(data_dir, tmp_path):
    shutil.copytree(data_dir, tmp_path, dirs_exist_ok=True)
    with Store.open(tmp_path, clock=lambda: 1_900_000_000.0) as store:
        claims = [store.claims.next("host:2", lease_seconds=3600.0) for _ in range(3)]
    assert [claim.study_id for claim in claims if claim] == [RUNNING, QUEUED]


def test_the_built_in_data_sets_are_told_in_full(store):
    assert store.datasets.names() == tuple(sorted(BUILT_IN_SETS))
    for name, named in BUILT_IN_SETS.items():
        assert store.datasets.get(name).dataset == named.dataset


def test_a_built_in_set_that_has_changed_since_keeps_its_old_row(tmp_path):
    """The rows of an old study go on to exist under their id; the name goes to the new ones."""
    dump = (Path(__file__).parent / "revision_0001.sql").read_text(encoding="utf-8")
    old, today = "0" * 64, BUILT_IN_SETS["iris"].dataset.id
    with closing(sqlite3.connect(database_path(tmp_path))) as plain:
        plain.executescript(dump.replace(today, old))
    upgrade(tmp_path)
    with Store.open(tmp_path) as store:
        assert store.studies.get(QUEUED).study.dataset.id == old
        assert store.datasets.get("iris").dataset.id == today
        kept = store.datasets.get(old).dataset
    assert (kept.rows, [column.name for column in kept.columns]) == (
        150,
        [column.name for column in BUILT_IN_SETS["iris"].dataset.columns],
    )
    named = BUILT_IN_SETS["iris"]
    assert facts_of("iris", kept, named.roles, named.task, named.counts).inputs == BUILT_IN["iris"].inputs


def test_the_upgrade_rests_on_no_class_of_today(data_dir):
    """What it wrote is complete by itself: no field is left to a default that may change."""
    with closing(sqlite3.connect(database_path(data_dir))) as plain:
        for (resolved,) in plain.execute("SELECT resolved FROM studies"):
            told = json.loads(resolved)
            assert told["preparation"] == {"scaling": "standard", "imputation": "median"}
            assert told["dataset"]["roles"].keys() == {"target", "group", "time", "weight", "exclude"}
            assert told["plan"]["one_evaluation_a_cohort"] is False
