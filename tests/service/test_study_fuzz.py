"""Whatever JSON is sent as a study is accepted or refused; the service never breaks."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ridgeline.kinds import CATALOGUE
from ridgeline.spec import BUILT_IN
from ridgeline.spec.measures import Measure
from ridgeline.spec.metrics import Metric
from ridgeline.spec.study import PRUNERS, SAMPLERS, StudySpec
from ridgeline.spec.views import Problem

NUMBERS = st.one_of(
    st.integers(-(10**6), 10**6),
    st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False),
    st.sampled_from([0, 1, 0.1, 0.5, 1e-4, 10**400, -(10**30), 2**63]),
)
JUNK = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
SEARCHES = st.one_of(
    NUMBERS,
    st.lists(NUMBERS, max_size=4),
    st.fixed_dictionaries({"low": NUMBERS, "high": NUMBERS}, optional={"log": st.booleans()}),
    JUNK,
)
KINDS = st.one_of(
    st.sampled_from(list(CATALOGUE)),
    st.fixed_dictionaries(
        {"kind": st.sampled_from([*CATALOGUE, "nope"])},
        optional={name: SEARCHES for kind in CATALOGUE.values() for name in kind.bounds},
    ),
    JUNK,
)
STUDIES = st.fixed_dictionaries(
    {"dataset": st.one_of(st.sampled_from(list(BUILT_IN)), st.text(max_size=10))},
    optional={
        "name": st.text(max_size=250) | JUNK,
        "tags": st.dictionaries(st.text(max_size=70), st.text(max_size=10), max_size=3) | JUNK,
        "seed": NUMBERS,
        "model": st.sampled_from(["mlp", "linear", {"kind": "mlp", "hidden": [3]}, {"kind": "mlp", "hidden": []}])
        | JUNK,
        "regularizers": st.lists(KINDS, max_size=4) | JUNK,
        "baseline": KINDS,
        "always": st.lists(KINDS, max_size=2),
        "objective": st.fixed_dictionaries(
            {"metric": st.sampled_from(list(Metric)) | JUNK},
            optional={
                "second": st.sampled_from(list(Measure)) | JUNK,
                "constraints": st.lists(
                    st.sampled_from(["accuracy >= 0.9", "log_loss <= 1", "r2 <= x"]) | JUNK, max_size=2
                ),
            },
        ),
        "evaluation": st.fixed_dictionaries(
            {}, optional={"folds": NUMBERS, "repeats": NUMBERS, "test_fraction": NUMBERS, "final_repeats": NUMBERS}
        ),
        "training": st.fixed_dictionaries(
            {},
            optional={
                "epochs": NUMBERS,
                "batch_size": NUMBERS,
                "learning_rate": SEARCHES,
                "optimizer": st.sampled_from(["sgd", "adam", {"kind": "sgd", "nesterov": True}]) | JUNK,
            },
        ),
        "sampler": st.sampled_from(SAMPLERS) | JUNK,
        "pruner": st.one_of(
            st.sampled_from(PRUNERS),
            st.fixed_dictionaries({"kind": st.sampled_from(PRUNERS), "first_rung": NUMBERS}),
            JUNK,
        ),
        "budget": st.fixed_dictionaries(
            {}, optional={"max_trials": NUMBERS, "max_seconds": NUMBERS, "target": NUMBERS}
        ),
        "junk": JUNK,
    },
)
EFFORT = settings(
    max_examples=150,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def post(start, new_data_dir):
    with start(new_data_dir()) as client:

        def send(path: str, body: Any):
            return client.post(path, content=json.dumps(body), headers={"Content-Type": "application/json"})

        yield send


@EFFORT
@given(study=STUDIES | JUNK)
def test_a_study_is_accepted_or_refused_in_words(post, study):
    answer = post("/v1/studies", study)
    assert answer.status_code in {202, 422}, answer.text
    if answer.status_code == 422:
        problem = Problem.model_validate_json(answer.content)
        assert problem.errors
        for broken in problem.errors:
            assert broken.field
            assert broken.rule
            assert broken.remedy
            assert not {"range", "number", "list"} & set(broken.field.split("."))
    else:
        spec = StudySpec.model_validate(study)
        assert spec.dataset.id in BUILT_IN


@EFFORT
@given(body=st.binary(max_size=60))
def test_any_bytes_are_refused_in_words(post, body):
    answer = post("/v1/studies/validate", body.decode("latin-1"))
    assert answer.status_code == 422
    assert Problem.model_validate_json(answer.content).errors
