"""The files that a study leaves with its verdict; one that cannot be made costs the study nothing else."""

from collections.abc import Callable, Sequence

from ridgeline.spec import Setting
from ridgeline.spec.artifacts import Artifact, ArtifactName
from ridgeline_worker.engine import task
from ridgeline_worker.study_run.work import Work
from ridgeline_worker.training.network import Network

OF_THE_NETWORK = (ArtifactName.WEIGHTS, ArtifactName.MODEL, ArtifactName.PROGRAM)


def artifacts(work: Work, setting: Setting, networks: Sequence[Network]) -> tuple[Artifact, ...]:
    """Make the files of the recommended network and put them in their places.

    The same network makes the same files, so that what a killed worker has left is found or made again.
    """
    if not networks:
        reason = "the recommended setting gave no finite predictions when it was trained on all rows but the test part"
        return tuple(Artifact(name, None, reason) for name in OF_THE_NETWORK)
    try:
        made = work.ask(task.files, work.claim.study_id, setting, tuple(networks))
    except Exception as error:
        work.log.exception("artifacts.failed")
        reason = f"it could not be made ({type(error).__name__}: {error})"
        return tuple(Artifact(name, None, reason) for name in OF_THE_NETWORK)
    return (
        _kept(work, ArtifactName.WEIGHTS, lambda: made.weights),
        _kept(work, ArtifactName.MODEL, lambda: made.model),
        _kept(work, ArtifactName.PROGRAM, lambda: work.ask(task.program, made.model)),
    )


def _kept(work: Work, name: ArtifactName, make: Callable[[], bytes | str]) -> Artifact:
    """A file in its place, or why there is none."""
    try:
        content = make()
        if isinstance(content, str):
            return Artifact(name, None, content)
        with work.files.incoming() as folder:
            temporary = folder / name
            temporary.write_bytes(content)
            return Artifact(name, work.files.keep(temporary, work.claim.study_id, name))
    except Exception as error:
        work.log.exception("artifacts.failed", name=name)
        return Artifact(name, None, f"it could not be made ({type(error).__name__}: {error})")
