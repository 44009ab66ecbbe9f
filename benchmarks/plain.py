"""The peer: training one network after another in plain PyTorch, as its tutorials write it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:  # a process of a peer does without
    from ridgeline.spec import ResolvedStudy, Setting

_LOSSES: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {
    "binary": lambda outputs, y: functional.binary_cross_entropy_with_logits(outputs.squeeze(1), y),
    "multiclass": functional.cross_entropy,
    "regression": lambda outputs, y: functional.mse_loss(outputs.squeeze(1), y),
}
"""Mean over rows, by task; classes of `multiclass` are whole numbers, other targets are floating-point."""


@dataclass(frozen=True)
class Recipe:
    """What all trainings of a study have in common."""

    task: str
    """binary, multiclass or regression."""
    widths: tuple[int, ...]
    """Columns, units of each hidden layer, outputs."""
    learning_rate: float
    batch_size: int
    steps_per_epoch: int

    @classmethod
    def of(cls, study: "ResolvedStudy", learning_rate: float) -> "Recipe":
        """That of a study."""
        widths = study.model.widths(study.dataset.inputs, study.dataset.outputs)
        training = study.training
        return cls(study.task, tuple(widths), learning_rate, training.batch_size, training.steps_per_epoch)


@dataclass
class PlainTraining:
    """A network with its optimizer and the penalty that the optimizer does not know."""

    network: nn.Sequential
    optimizer: torch.optim.Optimizer
    l1: float = 0.0
    """Of the sum of |w|, added to the loss."""
    batch_size: int = 64
    task: str = "binary"

    @classmethod
    def of(cls, study: "ResolvedStudy", setting: "Setting") -> "PlainTraining":
        """A setting of one of the six kinds, on the model of a study."""
        return cls.made(Recipe.of(study, setting.learning_rate), setting.regularizer, setting.strengths)

    @classmethod
    def made(cls, recipe: Recipe, kind: str, strengths: Mapping[str, float]) -> "PlainTraining":
        """One of the six kinds, with its strengths by name.

        The optimizer's rate of weight decay is 1/(learning_rate steps_per_epoch tau).
        """
        l1, decay = 0.0, 0.0
        optimizer: type[torch.optim.Adam | torch.optim.AdamW] = torch.optim.Adam
        match kind:
            case "l1":
                l1 = strengths["strength"]
            case "l2":
                decay = 2 * strengths["strength"]
            case "elastic_net":
                l1 = strengths["strength"] * strengths["l1_ratio"]
                decay = strengths["strength"] * (1 - strengths["l1_ratio"])
            case "weight_decay":
                optimizer = torch.optim.AdamW
                decay = 1.0 / (recipe.learning_rate * recipe.steps_per_epoch * strengths["tau"])
        network = _network(recipe.widths, strengths.get("rate"))
        return cls(
            network,
            optimizer(network.parameters(), lr=recipe.learning_rate, weight_decay=decay),
            l1,
            recipe.batch_size,
            recipe.task,
        )

    def train(self, x: Tensor, y: Tensor, epochs: int) -> None:
        """So many passes over the rows."""
        network, optimizer, loss_of = self.network, self.optimizer, _LOSSES[self.task]
        weights = [layer.weight for layer in network if isinstance(layer, nn.Linear)]
        network.train()
        for _ in range(epochs):
            for rows in torch.randperm(len(x)).split(self.batch_size):
                optimizer.zero_grad()
                loss = loss_of(network(x[rows]), y[rows])
                if self.l1:
                    loss = loss + self.l1 * sum(weight.abs().sum() for weight in weights)
                loss.backward()
                optimizer.step()

    def loss(self, x: Tensor, y: Tensor) -> float:
        """The mean loss of rows: log loss of classes, mean square of numbers."""
        outputs = self._outputs(x).double()
        return float(_LOSSES[self.task](outputs, y.double() if y.is_floating_point() else y))

    def probabilities(self, x: Tensor) -> Tensor:
        """Of the second of two classes."""
        return self._outputs(x).squeeze(1).sigmoid()

    def _outputs(self, x: Tensor) -> Tensor:
        self.network.eval()
        with torch.no_grad():
            outputs: Tensor = self.network(x)
        return outputs


def _network(widths: Sequence[int], rate: float | None) -> nn.Sequential:
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(widths[:-1]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
        if rate is not None:
            layers.append(nn.Dropout(rate))
    return nn.Sequential(*layers, nn.Linear(widths[-2], widths[-1]))
