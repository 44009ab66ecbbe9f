"""A trained network that leaves its study: its weights, one file that predicts, a program of torch.export."""

from ridgeline_worker.portable.made import Made, made
from ridgeline_worker.portable.model import Model
from ridgeline_worker.portable.packed import NoModel, read_model, unpack
from ridgeline_worker.portable.program import NoProgram, program
from ridgeline_worker.portable.rows import new_rows, told_of
from ridgeline_worker.portable.written import predicted, refuse_ending, write

__all__ = [
    "Made",
    "Model",
    "NoModel",
    "NoProgram",
    "made",
    "new_rows",
    "predicted",
    "program",
    "read_model",
    "refuse_ending",
    "told_of",
    "unpack",
    "write",
]
