"""The operator's models as the store is told of them, and why some are left out."""

from collections.abc import Iterator

import structlog

from ridgeline.spec.models import PublishedModel
from ridgeline_worker.models.registered import Unfit, load, registered
from ridgeline_worker.plugins.examined import examined

log = structlog.get_logger(__name__)


def published() -> tuple[PublishedModel, ...]:
    """Every registered model that can be trained; the reason of each that cannot is logged."""
    return tuple(_published())


def _published() -> Iterator[PublishedModel]:
    for name in sorted({point.name for point in registered()}):
        try:
            model = load(name)
            refuses = examined(model)
        except Unfit as unfit:
            log.warning("model.refused", model=name, reason=str(unfit))
            continue
        description = (model.network.__doc__ or "").strip().partition("\n\n")[0]
        log.info("model.published", model=name, package=model.package, refuses=sorted(refuses))
        yield PublishedModel(
            name=name,
            package=model.package,
            description=" ".join(description.split()) or model.network.__qualname__,
            options=model.config.model_json_schema(),
            refuses=refuses,
        )
