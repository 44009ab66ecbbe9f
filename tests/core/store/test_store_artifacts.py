"""Files of a study are recorded with its verdict, replaced with the next one and gone with the study."""

import pytest

from ridgeline.errors import NoArtifact, NotReady
from ridgeline.files import Files
from ridgeline.spec.artifacts import Artifact, ArtifactName
from ridgeline.spec.states import EndReason
from ridgeline.spec.views import FinalProgress
from ridgeline.store import left


@pytest.fixture
def files(desk):
    return Files(desk.data_dir)


@pytest.fixture
def concluded(desk, results, files, a_verdict):
    """Bring a study to a verdict with files of these contents."""

    def conclude(study_id, **contents):
        claim = desk.claim()
        trials = [trial.number for trial in desk.store.trials.of(study_id)]
        desk.add(claim, ["none", "l2"], first=len(trials), generation=len(trials))
        desk.store.finals.begin(
            claim,
            EndReason.BUDGET,
            FinalProgress(contenders=2, evaluations=9, evaluations_done=9),
            max_trials=None,
            running_seconds=1.0,
        )
        made = [_made(files, study_id, ArtifactName(name), content) for name, content in contents.items()]
        desk.store.finals.conclude(claim, a_verdict(study_id), test_part=None, running_seconds=2.0, artifacts=made)
        files.keep_only(study_id, {one.kept.file for one in made if one.kept})

    return conclude


def _made(files, study_id, name, content):
    if content is None:
        return Artifact(name, None, "it has no forward pass that can be exported")
    with files.incoming() as folder:
        (folder / "made").write_bytes(content)
        return Artifact(name, files.keep(folder / "made", study_id, name))


def test_a_file_is_found_by_its_name_once_the_study_has_its_verdict(desk, files, concluded):
    study_id = desk.submit()
    with pytest.raises(NotReady):
        left.artifact(desk.store, study_id, ArtifactName.MODEL)
    concluded(study_id, model=b"a model", program=None)
    kept = left.artifact(desk.store, study_id, ArtifactName.MODEL).kept
    assert (files.artifact(kept).read_bytes(), kept.bytes) == (b"a model", 7)
    with pytest.raises(NoArtifact, match="no forward pass that can be exported"):
        left.artifact(desk.store, study_id, ArtifactName.PROGRAM)
    with pytest.raises(NoArtifact, match="extend it"):
        left.artifact(desk.store, study_id, ArtifactName.WEIGHTS)
    listed = left.artifacts(desk.store, study_id).items
    assert [(one.name, one.bytes, one.detail is None) for one in listed] == [
        ("model", 7, True),
        ("program", None, False),
    ]


def test_an_extended_study_replaces_its_files(desk, files, concluded):
    study_id = desk.submit(budget={"max_trials": 8})
    concluded(study_id, model=b"first", weights=b"numbers")
    first = left.artifact(desk.store, study_id, ArtifactName.MODEL).kept
    desk.store.studies.extend(study_id, 16)
    with pytest.raises(NotReady):
        left.artifact(desk.store, study_id, ArtifactName.MODEL)
    assert files.artifact(first).exists()
    concluded(study_id, model=b"second")
    (only,) = desk.store.artifacts.of(study_id)
    assert files.artifact(only.kept).read_bytes() == b"second"
    assert [path.name for path in (desk.data_dir / "files" / "artifacts" / study_id).iterdir()] == [
        only.kept.file.split("/")[1]
    ]


def test_a_deleted_study_takes_its_rows_along_and_a_sweep_what_is_left(desk, files, concluded):
    study_id, other = desk.submit(), desk.submit()
    concluded(study_id, model=b"of the first")
    concluded(other, model=b"of the second")
    desk.store.studies.delete(study_id)
    assert desk.store.artifacts.of(study_id) == ()
    swept = desk.store.artifacts.sweep(lambda known: files.sweep_artifacts(known, older_than_seconds=-60.0))
    assert swept == 1
    assert [path.name for path in (desk.data_dir / "files" / "artifacts").iterdir()] == [other]
