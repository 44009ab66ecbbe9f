"""The peer: training one network after another in plain PyTorch, as its tutorials write it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from ridgeline.spec import ResolvedStudy, Setting


@dataclass
class PlainTraining:
    """A network with its optimizer and the penalty that the optimizer does not know."""

    network: nn.Sequential
    optimizer: torch.optim.Optimizer
    l1: float = 0.0
    """Of the sum of |w|, added to the loss."""
    batch_size: int = 64

    @classmethod
    def of(cls, study: ResolvedStudy, setting: Setting) -> "PlainTraining":
        """A setting of one of the six kinds, on the model of a study."""
        strengths = setting.strengths
        network = _network(study.model.widths(study.dataset.inputs, study.dataset.outputs), strengths.get("rate"))
        l1, decay = 0.0, 0.0
        optimizer: type[torch.optim.Adam | torch.optim.AdamW] = torch.optim.Adam
        match setting.regularizer:
            case "l1":
                l1 = strengths["strength"]
            case "l2":
                decay = 2 * strengths["strength"]
            case "elastic_net":
                l1 = strengths["strength"] * strengths["l1_ratio"]
                decay = strengths["strength"] * (1 - strengths["l1_ratio"])
            case "weight_decay":
                optimizer, decay = torch.optim.AdamW, study.derived(setting)["rate"]
        return cls(
            network,
            optimizer(network.parameters(), lr=setting.learning_rate, weight_decay=decay),
            l1,
            study.training.batch_size,
        )

    def train(self, x: Tensor, y: Tensor, epochs: int) -> None:
        """So many passes over the rows."""
        network, optimizer = self.network, self.optimizer
        weights = [layer.weight for layer in network if isinstance(layer, nn.Linear)]
        network.train()
        for _ in range(epochs):
            for rows in torch.randperm(len(x)).split(self.batch_size):
                optimizer.zero_grad()
                loss = functional.binary_cross_entropy_with_logits(network(x[rows]).squeeze(1), y[rows])
                if self.l1:
                    loss = loss + self.l1 * sum(weight.abs().sum() for weight in weights)
                loss.backward()
                optimizer.step()

    def probabilities(self, x: Tensor) -> Tensor:
        """Of the second class."""
        self.network.eval()
        with torch.no_grad():
            logits: Tensor = self.network(x)
            return logits.squeeze(1).sigmoid()


def _network(widths: Sequence[int], rate: float | None) -> nn.Sequential:
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(widths[:-1]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
        if rate is not None:
            layers.append(nn.Dropout(rate))
    return nn.Sequential(*layers, nn.Linear(widths[-2], widths[-1]))
