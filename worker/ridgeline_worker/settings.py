"""Settings of the worker, from the environment or the command line."""

import os
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class WorkerSettings(BaseSettings):
    """Where the worker finds its work and how much it takes on."""

    model_config = SettingsConfigDict(env_prefix="RIDGELINE_", frozen=True, use_attribute_docstrings=True)

    data_dir: Path = Path("ridgeline-data")
    """Folder of the database, shared with the service."""
    processes: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, le=1024)
    """Engine processes of one thread each; the default is the number of processors."""
    studies_at_once: int = Field(default=4, ge=1, le=64)
    """Studies that take turns."""
    lease_seconds: float = Field(default=30.0, gt=0)
    """How long a study stays claimed without a sign of life."""
    renew_seconds: float = Field(default=10.0, gt=0)
    """How often the lease is renewed; well below the lease."""
    poll_seconds: float = Field(default=0.5, gt=0)
    """How often an idle worker looks for work."""
    schema_wait_seconds: float = Field(default=60.0, ge=0)
    """How long to wait for the service to upgrade the database."""
    engine_niceness: int = Field(default=10, ge=0, le=19)
    """Priority of the engine processes below the service's; 19 is the lowest."""
    segment_seconds_limit: float = Field(default=120.0, gt=0)
    """How long a segment may train, two seconds as a rule; then its engine process is stuck and is replaced."""
    log_level: str = "INFO"
    """Least severe log record that is written."""
