"""How rows enter a network: as they are, or with a learned vector for each category."""

from math import sqrt

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from ridgeline.spec.columns import Inputs
from ridgeline.spec.models import Encoding, embedding_size
from ridgeline_worker.models.dense import widened
from ridgeline_worker.models.model import Parameter, Parameters, Role


class Entry:
    """The numbers of a row, and behind them the vector of each of its categories.

    An embedded row holds the numbers, then for each categorical column the place of its category, from 0; below 0 it
    is none that the network knows, and its vector is zero.  Initial vectors have unit variance, like the numbers.
    """

    def __init__(self, inputs: Inputs, encoding: Encoding) -> None:
        self.numbers = inputs.numbers
        self.tables = (
            tuple(
                Parameter(f"embedding{i}", (places, embedding_size(places)), Role.WEIGHT, sqrt(3), is_one_input=True)
                for i, places in enumerate(inputs.categories)
            )
            if encoding is Encoding.EMBEDDING
            else ()
        )
        embedded = sum(table.shape[1] for table in self.tables)
        self.width = self.numbers + embedded if self.tables else inputs.width

    def seen(
        self, parameters: Parameters, rows: Float[Tensor, "lanes rows features"]
    ) -> Float[Tensor, "lanes rows inputs"]:
        """What the first layer sees of each row, aligned."""
        if not self.tables:
            return rows
        parts = [rows[..., : self.numbers]]
        for column, table in enumerate(self.tables, start=self.numbers):
            places = rows[..., column].long().clamp(min=-1) + 1
            vectors = functional.pad(parameters[table.name], (0, 0, 1, 0))
            first = torch.arange(0, len(rows) * vectors.shape[1], vectors.shape[1], device=rows.device)
            parts.append(functional.embedding(places + first.view(-1, 1), vectors.flatten(0, 1)))
        return widened(torch.cat(parts, dim=-1))
