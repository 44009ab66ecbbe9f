"""Submit a study, or say what submitting it would mean."""

from ridgeline.spec import DatasetFacts, ResolvedStudy, StudySpec, resolve
from ridgeline.spec.resolve import unknown_dataset
from ridgeline.spec.sources import KeptData
from ridgeline.spec.views import StudyView, Validated
from ridgeline.store import Store
from ridgeline_service.operations.cost import estimate
from ridgeline_service.settings import Settings


def submit(store: Store, settings: Settings, spec: StudySpec, idempotency_key: str | None) -> tuple[StudyView, bool]:
    """Queue a study; the flag tells whether it is new.

    Raises:
        Invalid: it cannot run.
        KeyReused: the key came with another request before.
    """
    return store.studies.submit(spec, _resolved(store, settings, spec), idempotency_key=idempotency_key)


def validate(store: Store, settings: Settings, spec: StudySpec) -> Validated:
    """The study with every default filled in, and what it may cost.

    Raises:
        Invalid: it cannot run.
    """
    study = _resolved(store, settings, spec)
    return Validated(study=study, cost=estimate(study, store.studies.rate()))


def _resolved(store: Store, settings: Settings, spec: StudySpec) -> ResolvedStudy:
    if not isinstance(spec.dataset, KeptData):
        raise NotImplementedError(spec.dataset)
    facts: DatasetFacts | None = store.datasets.find(spec.dataset.id)
    if facts is None:
        raise unknown_dataset(spec.dataset.id, store.datasets.names())
    return resolve(spec, facts, cache_bytes=settings.cohort_cache_bytes)
