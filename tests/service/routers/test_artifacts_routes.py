"""Files of a study over REST: there once it has its verdict, named, tagged, and gone with it."""

import hashlib

import pytest

from ridgeline.files import Files
from ridgeline.spec.artifacts import Artifact, ArtifactName
from ridgeline.spec.states import EndReason
from ridgeline.spec.views import ArtifactView, FinalProgress, Page


@pytest.fixture
def concluded(study, worker, a_verdict, data_dir):
    """A study with a verdict and two files, of which one could not be made."""
    claim = worker.claim(study["id"])
    worker.train(claim, [("none", {}, 0.5), ("l2", {"strength": 0.01}, 0.4)])
    progress = FinalProgress(contenders=3, evaluations=40, evaluations_done=0)
    worker.store.finals.begin(claim, EndReason.BUDGET, progress, max_trials=None, running_seconds=3.0)
    files = Files(data_dir)
    with files.incoming() as folder:
        (folder / "model").write_bytes(b"a model")
        kept = files.keep(folder / "model", study["id"], ArtifactName.MODEL)
    made = [Artifact(ArtifactName.MODEL, kept), Artifact(ArtifactName.PROGRAM, None, "it branches on values")]
    worker.store.finals.conclude(claim, a_verdict(study["id"]), test_part=None, running_seconds=4.0, artifacts=made)
    return f"/v1/studies/{study['id']}"


def test_they_are_worth_waiting_for_until_the_verdict(client, study):
    for path in ("model", "snippet", "artifacts", "artifacts/weights"):
        answer = client.get(f"/v1/studies/{study['id']}/{path}")
        assert (answer.status_code, answer.headers["Retry-After"]) == (409, "5"), path


def test_they_are_listed_with_sizes_and_reasons(client, concluded):
    model, program = Page[ArtifactView].model_validate(client.get(f"{concluded}/artifacts").json()).items
    assert (model.name, model.bytes, model.sha256) == ("model", 7, hashlib.sha256(b"a model").hexdigest())
    assert client.get(model.path).content == b"a model"
    assert (program.bytes, program.path, program.detail) == (None, None, "it branches on values")


def test_one_is_fetched_under_a_name_and_again_only_if_it_changed(client, concluded):
    first = client.get(f"{concluded}/model", headers={"Range": "bytes=9-"})
    assert (first.status_code, first.content) == (200, b"a model")
    assert first.headers["Content-Disposition"] == f'attachment; filename="ridgeline-{concluded[12:]}.ridgeline"'
    again = client.get(f"{concluded}/model", headers={"If-None-Match": f'"other", W/{first.headers["ETag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"{concluded}/model", headers={"If-None-Match": '"other"'}).status_code == 200


def test_one_that_could_not_be_made_says_why_and_promises_nothing(client, concluded):
    answer = client.get(f"{concluded}/artifacts/program")
    assert (answer.status_code, "Retry-After" in answer.headers) == (409, False)
    assert answer.json()["type"] == "urn:ridgeline:problem:no_artifact"
    assert "it branches on values" in answer.json()["detail"]
    assert client.get(f"{concluded}/artifacts/soul").status_code == 422


def test_they_go_with_their_study(client, concluded, data_dir):
    assert client.delete(concluded).status_code == 204
    assert client.get(f"{concluded}/model").status_code == 404
    assert list((data_dir / "files" / "artifacts").iterdir()) == []


def test_the_snippet_is_a_script_of_what_is_recommended(client, concluded):
    answer = client.get(f"{concluded}/snippet")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/x-python; charset=utf-8")
    assert answer.text.startswith('"""iris, mlp, regularizer l2 (strength 0.01)."""')
    compile(answer.text, "script.py", "exec")
