"""The typed client of a Ridgeline service."""

from ridgeline.client.client import Client
from ridgeline.client.problems import to_error
from ridgeline.client.transport import DEFAULT_URL

__all__ = ["DEFAULT_URL", "Client", "to_error"]
