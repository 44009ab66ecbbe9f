"""What may be asked and answered: pure data, without SQL, HTTP or tensors."""

from ridgeline.spec.built_in import BUILT_IN, BUILT_IN_SETS
from ridgeline.spec.facts import DatasetFacts
from ridgeline.spec.parse import parse_spec
from ridgeline.spec.resolve import resolve
from ridgeline.spec.resolved import ResolvedStudy, Setting
from ridgeline.spec.study import StudySpec

__all__ = [
    "BUILT_IN",
    "BUILT_IN_SETS",
    "DatasetFacts",
    "ResolvedStudy",
    "Setting",
    "StudySpec",
    "parse_spec",
    "resolve",
]
