"""What is kept of training in the final: learning curves, the fit of training rows, zeros, the environment."""

import json
from statistics import fmean

import plotly.graph_objects
import pytest

from ridgeline.report import page
from ridgeline.store import Store, answers
from ridgeline_worker.engine import InlineEngine, task

ASKED = {
    "regularizers": ["none", "l1", "dropout"],
    "evaluation": {"folds": 2, "final_repeats": 3},
    "training": {"epochs": 20, "batch_size": 40},
    "pruner": "none",
    "budget": {"max_trials": 7},
}


class Looking(InlineEngine):
    """Remembers what was looked at."""

    def __init__(self):
        self.segments = []

    def submit(self, asked, *arguments):
        if asked is task.train:
            self.segments.append(arguments[0])
        return super().submit(asked, *arguments)


@pytest.fixture(scope="module")
def concluded(new_data_dir, submit_to, carry):
    """A store with one study, its id, and the engine that trained it."""
    engine = Looking()
    with Store.open(new_data_dir()) as store:
        study_id = submit_to(store, **ASKED)
        carry(store, engine)
        yield store, study_id, engine


def test_learning_curves_end_where_the_scores_of_the_first_repeat_are(concluded):
    store, study_id, _ = concluded
    scores = store.finals.stages(study_id)["final"].scores
    courses = store.finals.courses(study_id)
    assert set(courses) == set(scores)
    for number, course in courses.items():
        epochs = [point.epochs for point in course.curve]
        assert epochs[0] == 1
        assert epochs[-1] == 20
        assert epochs == sorted(set(epochs))
        assert len(epochs) <= 12
        assert course.curve[-1].score == pytest.approx(fmean(scores[number][0]))
        assert course.curve[0].score > course.curve[-1].score


def test_the_gap_is_that_of_the_models_both_scores_are_known_of(concluded):
    store, study_id, _ = concluded
    scores = store.finals.stages(study_id)["final"].scores
    courses = store.finals.courses(study_id)
    gaps = {one.number: one.generalization_gap for one in answers.verdict(store, study_id).contenders if one.setting}
    told = {number: gap for number, gap in gaps.items() if gap is not None}
    assert set(told) == set(courses)
    for number, gap in told.items():
        assert gap == pytest.approx(fmean(scores[number][0]) - fmean(courses[number].fitted[0]))


def test_the_refit_tells_its_zeros_and_its_test_part_is_not_looked_at(concluded):
    store, study_id, engine = concluded
    found = answers.verdict(store, study_id).recommended.sparsity
    assert found is not None
    assert found.weights == 4 * 8 + 8 * 3
    refits = [s for s in engine.segments if s.prepared and s.prepared[0].repeat == 3000]
    assert refits
    assert all(segment.watch is None for segment in refits)


def test_the_verdict_tells_its_environment_and_no_name_of_the_machine(concluded):
    store, study_id, _ = concluded
    told = answers.verdict(store, study_id).environment
    assert told is not None
    assert {"ridgeline", "torch", "numpy"} <= set(told.packages)
    assert told.device


def test_a_report_draws_all_of_it(concluded):
    store, study_id, _ = concluded
    told = page(store, study_id)
    drawn = json.loads(told.partition('id="figures">')[2].partition("</script>")[0])
    assert {"forest", "survival", "learning", "curve-l1", "curve-dropout"} <= set(drawn)
    for figure in drawn.values():
        plotly.graph_objects.Figure(**figure)
    assert answers.verdict(store, study_id).paragraph in told
    assert "folds of the final, mean" in told  # zeros of l1
