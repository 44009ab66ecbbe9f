"""Custom models that workers have."""

from collections.abc import Callable, Iterable

from sqlalchemy import delete, insert, select

from ridgeline.spec.models import PublishedModel
from ridgeline.store.database import Database
from ridgeline.store.tables import published_models


class Models:
    """What workers have told of the models that are installed where they run."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    def publish(self, models: Iterable[PublishedModel], worker: str) -> None:
        """Tell of models; what was told of the same names before is forgotten."""
        now = self._clock()
        rows = [
            {"name": model.name, "model": model.model_dump_json(), "worker": worker, "published_at": now}
            for model in models
        ]
        if not rows:
            return
        with self._database.write() as connection:
            told = [row["name"] for row in rows]
            connection.execute(delete(published_models).where(published_models.c.name.in_(told)))
            connection.execute(insert(published_models), rows)

    def all(self) -> tuple[PublishedModel, ...]:
        """Every published model, by name."""
        query = select(published_models.c.model).order_by(published_models.c.name)
        with self._database.read() as connection:
            return tuple(map(PublishedModel.model_validate_json, connection.execute(query).scalars()))
