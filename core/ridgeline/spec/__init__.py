"""What may be asked and answered: pure data, without SQL, HTTP or tensors."""

from ridgeline.spec.datasets import BUILT_IN, DatasetFacts
from ridgeline.spec.parse import parse_spec
from ridgeline.spec.resolve import resolve
from ridgeline.spec.resolved import ResolvedStudy, Setting
from ridgeline.spec.study import StudySpec

__all__ = [
    "BUILT_IN",
    "DatasetFacts",
    "ResolvedStudy",
    "Setting",
    "StudySpec",
    "parse_spec",
    "resolve",
]
