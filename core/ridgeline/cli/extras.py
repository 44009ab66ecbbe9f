"""Whether what a command starts is installed."""

from importlib.util import find_spec

from ridgeline.errors import MissingExtra

STORE = ("sqlalchemy", "alembic", "pydantic_settings", "structlog")
EXTRAS = {
    "service": (*STORE, "fastapi", "uvicorn", "prometheus_client"),
    "worker": (*STORE, "torch", "optuna", "sklearn", "numpy", "scipy", "distributed", "jaxtyping"),
}
"""Packages that each extra brings; they are looked for, never imported."""


def need(extra: str) -> None:
    """Check that an extra is installed.

    Raises:
        MissingExtra: with the command that installs it.
    """
    if any(find_spec(package) is None for package in EXTRAS[extra]):
        raise MissingExtra(extra)
