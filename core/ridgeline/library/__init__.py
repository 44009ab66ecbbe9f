"""The data sets of a data folder: what is known of them in the store, and their tables in files."""

from ridgeline.library.library import Library
from ridgeline.library.received import Received

__all__ = ["Library", "Received"]
