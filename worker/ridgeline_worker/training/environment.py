"""What models are trained with, as far as scores depend on it; nothing that names this machine."""

import platform
from importlib.metadata import version

import torch

from ridgeline.spec.views import Environment

PACKAGES = ("ridgeline", "torch", "numpy", "scipy", "scikit-learn", "optuna")


def environment(device: torch.device) -> Environment:
    """The environment of this process."""
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
    instructions = torch.backends.cpu.get_cpu_capability()
    return Environment(
        device=name,
        machine=f"{platform.system()} {platform.machine()}, {instructions}",
        python=platform.python_version(),
        packages={package: version(package) for package in PACKAGES},
    )
