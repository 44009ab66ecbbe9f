"""An operator's own torch.nn.Module as a family of lanes."""

from collections.abc import Callable, Iterator, Mapping
from threading import Lock

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.func import functional_call

from ridgeline.spec.columns import Inputs
from ridgeline.spec.models import PLAIN, Custom
from ridgeline_worker.models.model import Hidden, LaneModel, Parameter, Parameters, Role, Sites
from ridgeline_worker.models.registered import Registered, Unfit, load

NORMALIZATIONS = (nn.LayerNorm, nn.RMSNorm, nn.GroupNorm, nn.modules.batchnorm._NormBase)  # noqa: SLF001  # no other name


class CustomLanes(LaneModel):
    """The module with the parameters of each lane in turn (docs/decisions/0004).

    It always runs in evaluation mode: what it would do at random by itself is off.  Regularizers of activations act
    where it has an nn.Dropout, in the order of its calls.  Parameters keep its own initial values, drawn under a seed
    of the evaluation; buffers are constants, the same in all lanes.
    """

    def __init__(self, model: Custom, inputs: Inputs, outputs: int, structure: frozenset[str] = PLAIN) -> None:
        if structure:
            raise Unfit(f"model {model.name!r} must stay as it is but got {', '.join(sorted(structure))}; drop them")
        self._model, self._inputs, self._outputs = model, inputs, outputs
        self._registered: Registered = load(model.name)
        self._networks: dict[tuple[torch.dtype, torch.device], nn.Module] = {}
        self._running = Lock()
        self._calls: _Calls | None = None
        self.parameters = tuple(parameters_of(self._built(seed=0)))

    def forward(
        self, parameters: Parameters, rows: Float[Tensor, "lanes rows features"], sites: Sites
    ) -> Float[Tensor, "lanes rows outputs"]:
        """Outputs of each lane for its rows.

        Raises:
            Unfit: the module gives anything but [rows, outputs].
        """
        network = self._network(rows.dtype, rows.device)
        names = [p.name for p in self.parameters]
        values = [parameters[name].unbind() for name in names]
        outputs = []
        with self._running:
            self._calls = _Calls(sites.activate, len(rows))
            for own, x in zip(zip(*values, strict=True), rows[..., : self._inputs.width].unbind(), strict=True):
                self._calls.next_lane()
                told = functional_call(network, dict(zip(names, own, strict=True)), (x.contiguous(),))
                outputs.append(self._checked(told, len(x)))
            self._calls = None
        return torch.stack(outputs)

    def drawn(self, seed: int) -> Mapping[str, Float[np.ndarray, "..."]]:
        """The initial values of a module made under this seed."""
        network = self._built(seed=seed)
        return {name: p.detach().double().numpy() for name, p in network.named_parameters() if p.requires_grad}

    def constants(self, dtype: torch.dtype) -> Mapping[str, Tensor]:
        """Buffers and parameters that are not trained."""
        state = self._network(dtype, torch.device("cpu")).state_dict()
        trained = {p.name for p in self.parameters}
        return {name: value for name, value in state.items() if name not in trained}

    def restore(self, constants: Mapping[str, Tensor], dtype: torch.dtype) -> None:
        """Take on the constants of the same model made elsewhere.

        Raises:
            ValueError: they are not those of this class.
        """
        own, given = ({name: v.shape for name, v in held.items()} for held in (self.constants(dtype), constants))
        if own != given:
            told = ", ".join(sorted(own.keys() ^ given.keys())) or "other shapes"
            raise ValueError(f"model {self._model.name!r} as it is installed differs in {told}")
        self._network(dtype, torch.device("cpu")).load_state_dict(dict(constants), strict=False)

    def module(self, state: Mapping[str, Tensor], dtype: torch.dtype) -> nn.Module:
        """The module itself, with these parameters and constants."""
        network = self._built(seed=0).to(dtype=dtype)
        network.load_state_dict(dict(state))
        return network

    def _built(self, *, seed: int) -> nn.Module:
        return self._registered.build(self._model.config, self._inputs, self._outputs, seed=seed)

    def _network(self, dtype: torch.dtype, device: torch.device) -> nn.Module:
        """The module whose parameters are replaced lane by lane."""
        if (dtype, device) not in self._networks:
            network = self._built(seed=0).to(device=device, dtype=dtype)
            for module in network.modules():
                if isinstance(module, nn.Dropout):
                    module.register_forward_hook(self._act)
            self._networks[dtype, device] = network
        return self._networks[dtype, device]

    def _act(self, _module: nn.Module, _inputs: tuple[Tensor, ...], hidden: Tensor) -> Tensor:
        return hidden if self._calls is None else self._calls.act(hidden)

    def _checked(self, told: object, rows: int) -> Tensor:
        if isinstance(told, Tensor) and told.shape == (rows, self._outputs):
            return told
        got = list(told.shape) if isinstance(told, Tensor) else type(told).__name__
        rule = f"forward of model {self._model.name!r} must give [rows, outputs] = {[rows, self._outputs]}"
        raise Unfit(f"{rule} but gave {got}; correct its last layer")


class _Calls:
    """The places of one forward pass where activations are regularized, numbered in the order of the calls.

    The factor of all lanes is found when the first of them comes to a place, and each then takes its own.
    """

    def __init__(self, activate: Callable[[Hidden, int], Hidden], lanes: int) -> None:
        self._activate, self._lanes = activate, lanes
        self._lane, self._call = -1, 0
        self._factors: list[Tensor] = []

    def next_lane(self) -> None:
        self._lane, self._call = self._lane + 1, 0

    def act(self, hidden: Tensor) -> Tensor:
        if self._call == len(self._factors):
            ones = hidden.detach().new_ones(self._lanes, len(hidden), hidden[0].numel())
            self._factors.append(self._activate(ones, self._call))
        factor = self._factors[self._call][self._lane].view(hidden.shape)
        self._call += 1
        return hidden * factor


def parameters_of(network: nn.Module) -> Iterator[Parameter]:
    """What each trained parameter is: a weight from two axes on, unless it belongs to a normalization."""
    roles = {
        id(p): Role.NORMALIZATION
        for module in network.modules()
        if isinstance(module, NORMALIZATIONS)
        for p in module.parameters(recurse=False)
    }
    for name, p in network.named_parameters():
        if p.requires_grad:
            role = roles.get(id(p), Role.WEIGHT if p.ndim >= 2 else Role.BIAS)
            yield Parameter(name, tuple(p.shape), role, bound=0.0, input_axis=1, output_axis=0)
