"""A study as CSV and as JSON: nothing is lost, and nothing is run by a spreadsheet."""

import csv

import pytest

from ridgeline.exports import Exports
from ridgeline.spec.formats import ExportFormat
from ridgeline.spec.states import Origin, TrialState
from ridgeline.spec.views import StudyExport


@pytest.fixture
def exported(store, data_dir):
    """A study in a format: the name of the file and what is in it."""

    def read(study_id, form):
        found = Exports(store, data_dir).of(study_id, form)
        return found.filename, b"".join(found.pieces).decode()

    return read


@pytest.fixture
def rows(exported):
    def read(study_id):
        name, text = exported(study_id, ExportFormat.CSV)
        return name, list(csv.DictReader(text.splitlines(keepends=True)))

    return read


def test_a_table_has_a_row_a_trial_and_a_column_a_strength(rows, studied, store) -> None:
    study_id = studied()
    name, table = rows(study_id)
    assert name == f"ridgeline-{study_id}.csv"
    assert [row["state"] for row in table] == ["complete", "complete", "complete", "pruned", "failed", "stopped"]
    assert [row["l2.strength"] for row in table] == ["", "3.0", "0.01", "", "0.9", ""]
    assert [row["dropout.rate"] for row in table] == ["", "", "", "0.5", "", "0.2"]
    assert float(table[2]["score"]) == store.trials.get(study_id, 2).score
    assert (table[3]["folds"], table[3]["first_fold"], table[3]["expected_score"]) == ("1", "1", "0.7")
    assert (table[3]["score_at_1_fold"], table[3]["score_at_3_folds"]) == ("0.95", "")
    assert table[5]["score"] == ""


def test_a_text_that_a_spreadsheet_would_run_is_quoted(rows, studied) -> None:
    assert rows(studied())[1][4]["failure_detail"] == '\'=HYPERLINK("http://example.org")'


def test_the_table_of_a_mix_has_the_strengths_of_all_that_is_on(rows, studied) -> None:
    mix = ("cocktail", {"l2.strength": 0.1, "dropout.rate": 0.3}, Origin.SAMPLED, TrialState.COMPLETE, 0.2)
    _, table = rows(studied((mix,), mode="cocktail", regularizers=["l2", "dropout"], baseline=None))
    assert (table[0]["kind"], table[0]["l2.strength"], table[0]["dropout.rate"]) == ("cocktail", "0.1", "0.3")


def test_a_document_is_the_study_with_its_trials(exported, studied, store) -> None:
    study_id = studied()
    _, text = exported(study_id, ExportFormat.JSON)
    assert StudyExport.model_validate_json(text) == StudyExport(
        provisional=False, study=store.studies.get(study_id), verdict=None, trials=store.trials.of(study_id)
    )


def test_a_study_that_goes_on_is_provisional_by_name_and_word(exported, rows, studied) -> None:
    study_id = studied(ended=False)
    name, text = exported(study_id, ExportFormat.JSON)
    assert name == f"ridgeline-{study_id}-provisional.json"
    assert StudyExport.model_validate_json(text).provisional
    assert rows(study_id)[1][5]["state"] == "running"


def test_without_trials_there_is_a_header_and_an_empty_list(exported, rows, studied) -> None:
    study_id = studied(())
    assert rows(study_id)[1] == []
    assert exported(study_id, ExportFormat.CSV)[1].startswith(
        "number,state,kind,l2.strength,dropout.rate,learning_rate"
    )
    assert StudyExport.model_validate_json(exported(study_id, ExportFormat.JSON)[1]).trials == ()
