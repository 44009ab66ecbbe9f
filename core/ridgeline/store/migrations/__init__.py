"""Alembic's environment and the revisions; they ship with the package."""
