"""Where a benchmark ran: the machine and the versions, kept beside every figure."""

import os
import platform
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import psutil

LIBRARIES = ("ridgeline", "torch", "optuna", "numpy", "scikit-learn", "sqlalchemy", "fastapi", "distributed")


def machine() -> dict[str, object]:
    """Processor, caches and memory; caches are those of the first core, as Linux tells them."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count(),
        "caches": _caches(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
    }


def versions() -> dict[str, str]:
    """Python and the libraries that were measured."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}


def load() -> Mapping[str, float]:
    """Processes that wanted to run in the last minute: far above zero before a run, its figures are noise."""
    return {"one_minute": round(os.getloadavg()[0], 2)}


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    pairs = (line.partition(":") for line in lines)
    facts = {key.strip(): value.strip() for key, _, value in pairs}
    name = facts.get("model name", platform.processor())
    numbers = ", ".join(f"{key} {facts[key]}" for key in ("cpu family", "model", "cpu MHz") if key in facts)
    return f"{name} ({numbers})" if numbers else name


def _caches() -> dict[str, str]:
    found = {}
    for folder in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        level, kind, size = ((folder / name).read_text(encoding="utf-8").strip() for name in ("level", "type", "size"))
        found[f"L{level} {kind.lower()}"] = size
    return found
