"""Networks as the state_dict of the module that the study's script builds, and back."""

from collections.abc import Mapping, Sequence

import numpy as np

from ridgeline_worker.models import LaneModel
from ridgeline_worker.models.model import Parameter
from ridgeline_worker.portable.manifest import Manifest
from ridgeline_worker.training.network import Network

Tensors = Mapping[str, np.ndarray]


def state_of(manifest: Manifest, model: LaneModel, networks: Sequence[Network]) -> dict[str, np.ndarray]:
    """The tensors by name; of several networks as torch.nn.ModuleList has them, `0.`, `1.`, ... in front."""
    found: dict[str, np.ndarray] = {}
    for number, network in enumerate(networks):
        before = _before(manifest, number)
        own = {p.name: _plain(manifest, p, network.parameters[p.name]) for p in model.parameters}
        held = {manifest.names.get(name, name): value for name, value in own.items()} | dict(network.constants)
        for site, (mean, variance) in network.moments.items():
            held[f"{manifest.moments[site]}running_mean"] = mean
            held[f"{manifest.moments[site]}running_var"] = variance
            held[f"{manifest.moments[site]}num_batches_tracked"] = np.array(1, dtype=np.int64)
        found |= {before + name: np.ascontiguousarray(value) for name, value in held.items()}
    return found


def networks_of(manifest: Manifest, model: LaneModel, state: Tensors) -> tuple[Network, ...]:
    """The networks of these tensors.

    Raises:
        ValueError: a tensor is missing, too many, of another shape or not finite.
    """
    left = dict(state)
    found = []
    for number in range(manifest.members):
        before = _before(manifest, number)

        def take(name: str, shape: tuple[int, ...], before: str = before) -> np.ndarray:
            value = left.pop(before + name, None)
            if value is None or value.shape != shape or not np.isfinite(value).all():
                got = "none" if value is None else f"shape {value.shape}" if value.shape != shape else "NaN or infinity"
                raise ValueError(f"tensor {before + name!r} must have {shape} finite numbers but got {got}")
            return value

        parameters, moments = {}, {}
        for p in model.parameters:
            value = take(manifest.names.get(p.name, p.name), _plain_shape(manifest, p))
            parameters[p.name] = _held(manifest, p, value)
        for site, name in manifest.moments.items():
            units = parameters[f"gain{site}"].shape
            moments[site] = take(f"{name}running_mean", units), take(f"{name}running_var", units)
            left.pop(f"{before}{name}num_batches_tracked", None)
        constants = {name.removeprefix(before): left.pop(name) for name in list(left) if name.startswith(before)}
        found.append(Network(parameters, moments, constants))
    if left:
        raise ValueError(f"its tensors must be those of its model but {', '.join(sorted(left)[:5])} is none of them")
    return tuple(found)


def _before(manifest: Manifest, number: int) -> str:
    return f"{number}." if manifest.members > 1 else ""


def _is_turned(manifest: Manifest, p: Parameter) -> bool:
    """Whether torch.nn.Linear has it the other way round."""
    return p.name in manifest.names and p.name.startswith("weight")


def _plain_shape(manifest: Manifest, p: Parameter) -> tuple[int, ...]:
    if _is_turned(manifest, p):
        return p.shape[::-1]
    return p.shape[1:] if _is_flat(manifest, p) else p.shape


def _plain(manifest: Manifest, p: Parameter, value: np.ndarray) -> np.ndarray:
    plain: np.ndarray = value.T if _is_turned(manifest, p) else value
    return plain.reshape(_plain_shape(manifest, p))


def _held(manifest: Manifest, p: Parameter, plain: np.ndarray) -> np.ndarray:
    held: np.ndarray = plain.T if _is_turned(manifest, p) else plain
    return np.ascontiguousarray(held.reshape(p.shape))


def _is_flat(manifest: Manifest, p: Parameter) -> bool:
    """Whether a lane has it as a row."""
    return p.name in manifest.names and p.name.startswith("bias")
