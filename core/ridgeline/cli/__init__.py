"""The command line."""

from ridgeline.cli.app import main

__all__ = ["main"]
