"""What a study has left beside its verdict: files, or why there are none."""

from ridgeline.errors import NoArtifact, NoScript
from ridgeline.spec.artifacts import FILE_TYPES, ArtifactName
from ridgeline.spec.snippet import snippet
from ridgeline.spec.views import ArtifactView, Page
from ridgeline.store.answers import verdict
from ridgeline.store.artifacts import Stored
from ridgeline.store.rows import moment
from ridgeline.store.store import Store


def artifacts(store: Store, study_id: str) -> Page[ArtifactView]:
    """The files of a study, and those that it could not make.

    Raises:
        NotFound: there is no such study.
        NotReady: it has not come to its verdict yet.
        NoVerdict: it has ended without one.
    """
    verdict(store, study_id)
    return Page[ArtifactView](
        items=tuple(_view(study_id, found) for found in store.artifacts.of(study_id)), next_cursor=None
    )


def artifact(store: Store, study_id: str, name: ArtifactName) -> Stored:
    """A file of a study.

    Raises:
        NotFound: there is no such study.
        NotReady: it has not come to its verdict yet.
        NoVerdict: it has ended without one.
        NoArtifact: it has a verdict but no such file; the message says why.
    """
    verdict(store, study_id)
    found = store.artifacts.find(study_id, name)
    if found is None or found.kept is None:
        reason = "its verdict was made without one; extend it" if found is None else found.detail
        raise NoArtifact(f"study {study_id!r} has no {name}: {reason}")
    return found


def script(store: Store, study_id: str) -> str:
    """What a study recommends as a script in plain PyTorch, which runs as it is.

    Raises:
        NotFound: there is no such study.
        NotReady: it has not come to its verdict yet.
        NoVerdict: it has ended without one.
        NoArtifact: no script can show it.
    """
    recommended = verdict(store, study_id).recommended
    _, study = store.studies.plan_of(study_id)
    known = store.datasets.get(study.dataset.id).dataset
    try:
        return snippet(study, recommended.setting, known)
    except NoScript as error:
        raise NoArtifact(f"study {study_id!r} has no snippet: {error}") from error


def _view(study_id: str, found: Stored) -> ArtifactView:
    kept = found.kept
    return ArtifactView(
        name=found.name,
        media_type=FILE_TYPES[found.name].media_type,
        bytes=None if kept is None else kept.bytes,
        sha256=None if kept is None else kept.sha256,
        path=None if kept is None else f"/v1/studies/{study_id}/artifacts/{found.name}",
        detail=found.detail,
        created_at=moment(found.created_at),
    )
