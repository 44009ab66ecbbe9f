"""Submit a study, or say what submitting it would mean."""

from ridgeline.library import Library
from ridgeline.spec import StudySpec
from ridgeline.spec.views import StudyView, Validated
from ridgeline.store import Store
from ridgeline_service.operations.cost import estimate
from ridgeline_service.settings import Settings


def submit(
    store: Store, library: Library, settings: Settings, spec: StudySpec, idempotency_key: str | None
) -> tuple[StudyView, bool]:
    """Queue a study; the flag tells whether it is new.

    Raises:
        Invalid: it cannot run.
        KeyReused: the key came with another request before.
    """
    resolved = library.resolve(spec, cache_bytes=settings.cohort_cache_bytes)
    return store.studies.submit(spec, resolved, idempotency_key=idempotency_key)


def validate(store: Store, library: Library, settings: Settings, spec: StudySpec) -> Validated:
    """The study with every default filled in, and what it may cost.

    Raises:
        Invalid: it cannot run.
    """
    study = library.resolve(spec, cache_bytes=settings.cohort_cache_bytes)
    return Validated(study=study, cost=estimate(study, store.studies.rate()))
