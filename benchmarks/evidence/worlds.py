"""Made-up worlds: rows of a known law, as many as are asked for."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from sklearn.datasets import load_breast_cancer, load_diabetes

Inputs = Float[np.ndarray, "rows columns"]
Numbers = Float[np.ndarray, "rows"]
Law = Callable[[np.random.Generator, int], tuple[Inputs, Numbers, Numbers]]
"""Inputs, targets, and what the law expects of each target: the chance of class 1, or the mean."""


@dataclass(frozen=True)
class World:
    """A law, and how many rows a study gets of it."""

    name: str
    told: str
    """The law in words."""
    rows: int
    law: Law
    has_classes: bool = True

    def draw(self, seed: int, fresh: int) -> tuple[Inputs, Numbers]:
        """The rows of a study, then fresh ones of the same world; what is random of the world is drawn anew too."""
        x, y, _ = self._drawn(seed, fresh)
        return x, y

    def luck(self, seed: int, fresh: int) -> float:
        """The mean log loss of the law itself on the rows of a study less that on fresh ones: 0 in expectation."""
        _, y, chance = self._drawn(seed, fresh)
        losses = -np.log(np.where(y == 1, chance, 1 - chance))
        return float(losses[: self.rows].mean() - losses[self.rows :].mean())

    def _drawn(self, seed: int, fresh: int) -> tuple[Inputs, Numbers, Numbers]:
        return self.law(np.random.default_rng([seed, *self.name.encode()]), self.rows + fresh)


def _linear(columns: int, informative: int, size: float) -> Law:
    """Logits x w, with so many weights that are not zero, of norm `size`; inputs are standard normal."""

    def law(draw: np.random.Generator, rows: int) -> tuple[Inputs, Numbers, Numbers]:
        w = np.zeros(columns)
        w[draw.choice(columns, informative, replace=False)] = draw.choice([-1.0, 1.0], informative)
        x = draw.normal(size=(rows, columns))
        chance = 1 / (1 + np.exp(-(x @ w * size / np.sqrt(informative))))
        return x, (draw.random(rows) < chance).astype(np.float64), chance

    return law


def _curved(columns: int, flipped: float) -> Law:
    """The sign of x1 x2 + x3 + x4/2 in a turned space, with a share of labels flipped."""

    def law(draw: np.random.Generator, rows: int) -> tuple[Inputs, Numbers, Numbers]:
        turn = np.linalg.qr(draw.normal(size=(columns, columns)))[0]
        x = draw.normal(size=(rows, columns))
        z = x @ turn
        truth = z[:, 0] * z[:, 1] + z[:, 2] + z[:, 3] / 2 > 0
        return x, (truth ^ (draw.random(rows) < flipped)).astype(np.float64), np.where(truth, 1 - flipped, flipped)

    return law


def _flipped(law: Law, share: float) -> Law:
    """The other label in a share of all rows."""

    def flipped(draw: np.random.Generator, rows: int) -> tuple[Inputs, Numbers, Numbers]:
        x, y, chance = law(draw, rows)
        return x, np.where(draw.random(rows) < share, 1 - y, y), chance + share - 2 * share * chance

    return flipped


def _friedman(columns: int, noise: float) -> Law:
    """10 sin(pi x1 x2) + 20 (x3 - 1/2)^2 + 10 x4 + 5 x5 + noise, inputs uniform (Friedman 1991)."""

    def law(draw: np.random.Generator, rows: int) -> tuple[Inputs, Numbers, Numbers]:
        x = draw.random((rows, columns))
        mean = 10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2 + 10 * x[:, 3] + 5 * x[:, 4]
        return x, mean + noise * draw.normal(size=rows), mean

    return law


def _rows_of(load: Callable[..., tuple[Inputs, Numbers]]) -> Law:
    """All rows of a real data set in a random order; nobody knows what to expect of them."""

    def law(draw: np.random.Generator, _: int) -> tuple[Inputs, Numbers, Numbers]:
        x, y = load(return_X_y=True)
        order = draw.permutation(len(y))
        return x[order], y[order].astype(np.float64), np.full(len(y), np.nan)

    return law


REAL = {
    world.name: world
    for world in (
        World("half_breast_cancer", "half of the rows of breast_cancer", 284, _rows_of(load_breast_cancer)),
        World("half_diabetes", "half of the rows of diabetes", 221, _rows_of(load_diabetes), has_classes=False),
    )
}
"""What is not drawn into a study is fresh to it."""
WORLDS = REAL | {
    world.name: world
    for world in (
        World("sparse", "4 of 100 columns matter, logits of norm 3", 300, _linear(100, 4, 3.0)),
        World(
            "flipped", "2 of 8 columns tell the class, 30 % of labels flipped", 400, _flipped(_linear(8, 2, 30.0), 0.3)
        ),
        World("linear", "5 of 10 columns matter, logits of norm 1.5", 100, _linear(10, 5, 1.5)),
        World("curved", "a curved border in 6 columns, 10 % of labels flipped", 120, _curved(6, 0.1)),
        World("large", "5 of 10 columns matter, logits of norm 1.5", 1000, _linear(10, 5, 1.5)),
        World("noisy", "12 of 12 columns matter a little, logits of norm 1", 60, _linear(12, 12, 1.0)),
        World("dense", "a curved border in 10 columns, 20 % of labels flipped", 300, _curved(10, 0.2)),
        World("friedman", "Friedman's first function, 10 columns, noise 3", 150, _friedman(10, 3.0), has_classes=False),
    )
}
