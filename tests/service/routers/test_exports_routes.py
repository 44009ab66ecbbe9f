"""A study as a file, over REST."""

import optuna
import pytest

from ridgeline.spec.views import StudyExport


def path_of(study):
    return f"/v1/studies/{study['id']}/export"


@pytest.mark.parametrize(
    ("form", "media_type", "suffix"),
    [("csv", "text/csv; charset=utf-8", "csv"), ("json", "application/json", "json")],
)
def test_a_file_comes_with_its_type_and_a_name_that_says_whether_it_is_provisional(
    client, trained, form, media_type, suffix
) -> None:
    named = f'attachment; filename="ridgeline-{trained["id"]}{{}}.{suffix}"'
    running = client.get(path_of(trained), params={"format": form})
    assert (running.status_code, running.headers["Content-Type"]) == (200, media_type)
    assert running.headers["Content-Disposition"] == named.format("-provisional")
    client.post(f"/v1/studies/{trained['id']}/cancel")
    ended = client.get(path_of(trained), params={"format": form})
    assert ended.headers["Content-Disposition"] == named.format("")


def test_a_document_has_every_trial(client, trained) -> None:
    found = StudyExport.model_validate_json(client.get(path_of(trained), params={"format": "json"}).content)
    assert [trial.number for trial in found.trials] == [0, 1, 2, 3, 4, 5]
    assert found.study.id == trained["id"]


def test_the_file_of_optuna_opens_and_leaves_nothing_behind(client, trained, data_dir, tmp_path) -> None:
    answer = client.get(path_of(trained), params={"format": "optuna"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/vnd.sqlite3")
    (tmp_path / "study.db").write_bytes(answer.content)
    storage = optuna.storages.RDBStorage(f"sqlite:///{tmp_path / 'study.db'}")
    best = optuna.load_study(study_name=None, storage=storage).best_trial
    storage.remove_session()
    storage.engine.dispose()
    assert (best.number, best.value) == (2, 0.3)
    assert list((data_dir / "files" / "incoming").iterdir()) == []


def test_a_queued_study_is_an_empty_file(client, study) -> None:
    assert len(client.get(path_of(study), params={"format": "csv"}).text.splitlines()) == 1


def test_an_unknown_study_or_format_is_refused_before_anything_is_sent(client, study) -> None:
    assert client.get("/v1/studies/0000000000000000/export", params={"format": "csv"}).status_code == 404
    for params in ({}, {"format": "xlsx"}):
        refused = client.get(path_of(study), params=params)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "format"
