"""Noise for formulas that are tested alone."""

import numpy as np
import pytest
import torch


class FixedNoise:
    """The same draws for all lanes, from a generator of their own by site."""

    def __init__(self, lanes, rows, seed=0, dtype=torch.float64):
        self.lanes, self.rows, self.seed, self.dtype = lanes, rows, seed, dtype

    def _drawn(self, values):
        return torch.as_tensor(values, dtype=self.dtype).expand(self.lanes, *np.shape(values)).clone()

    def uniform(self, *shape, site=0):
        return self._drawn(np.random.default_rng([self.seed, site, 0]).random(shape))

    def normal(self, *shape, site=0):
        return self._drawn(np.random.default_rng([self.seed, site, 1]).standard_normal(shape))

    def ranks(self, *shape, site=0):
        return self.uniform(*shape, site=site).argsort(dim=-1).argsort(dim=-1)

    def partners(self):
        order = np.random.default_rng([self.seed, 0, 2]).permutation(self.rows)
        return torch.from_numpy(order).expand(self.lanes, -1)


@pytest.fixture
def noise():
    return FixedNoise


@pytest.fixture
def column():
    """Strengths of as many lanes, in double precision."""

    def make(*values):
        return torch.tensor(values, dtype=torch.float64).unsqueeze(1)

    return make
