"""What the operator has installed beside Ridgeline: models and data sets, found by their entry points."""

from ridgeline_worker.plugins.datasets import add_datasets
from ridgeline_worker.plugins.published import published

__all__ = ["add_datasets", "published"]
