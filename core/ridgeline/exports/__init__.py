"""A study as a file for other tools: CSV, JSON, or an SQLite file of Optuna.

Optuna is imported by `ridgeline.exports.optuna_file` alone, which runs in a process of its own.
"""

from ridgeline.exports.export import Export, Exports
from ridgeline.exports.outside import WritingFailed

__all__ = ["Export", "Exports", "WritingFailed"]
