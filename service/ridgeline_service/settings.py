"""Settings of the service, from the environment with the prefix RIDGELINE_ or from the command line."""

import ipaddress
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from ridgeline.spec.resolve import DEFAULT_CACHE_BYTES


class Settings(BaseSettings):
    """Everything that an operator may choose; passed in, never global."""

    model_config = SettingsConfigDict(env_prefix="RIDGELINE_", frozen=True, use_attribute_docstrings=True)

    data_dir: Path = Path("ridgeline-data")
    """Folder of the database and of files."""
    host: str = "127.0.0.1"
    """Address to listen on; beyond loopback a token is needed."""
    port: Annotated[int, Field(ge=0, le=65_535)] = 8000
    """Port to listen on; 0 picks a free one."""
    token: Annotated[SecretStr | None, Field(min_length=16)] = None
    """A bearer token to accept, at least 16 characters; only its hash is stored."""
    cohort_cache_bytes: Annotated[int, Field(ge=2**16)] = DEFAULT_CACHE_BYTES
    """Memory that the tensors of a cohort may fill, in bytes, such as the processor's last cache;
    written into each new study, so that all its workers cut it alike."""
    max_body_bytes: Annotated[int, Field(ge=1024)] = 2**20
    """Largest request body in bytes, uploaded files apart."""
    max_upload_bytes: Annotated[int, Field(ge=1024)] = 4 * 2**30
    """Largest file of a data set in bytes."""
    poll_seconds: Annotated[float, Field(gt=0, le=10)] = 0.25
    """Pause between two looks at new events while somebody listens."""
    event_retention_seconds: Annotated[float, Field(gt=0)] = 30 * 86_400.0
    """Age in seconds at which events of ended studies are deleted."""
    shutdown_seconds: Annotated[int, Field(ge=1)] = 10
    """How long open requests may take to finish at shutdown."""

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False
