"""MNIST-1D: series of 40 points, each a template of a digit, padded, moved, scaled, sheared and made noisy.

With equal parameters and seed, the rows are those of the package `mnist1d`, which would bring matplotlib along.
Source: Greydanus & Kobak 2024, Scaling Down Deep Learning with MNIST-1D (Apache License 2.0).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

Series = npt.NDArray[np.float64]

_TEMPLATES = (
    (5, 6, 6.5, 6.75, 7, 7, 7, 7, 6.75, 6.5, 6, 5),
    (5, 3, 3, 3.4, 3.8, 4.2, 4.6, 5, 5.4, 5.8, 5, 5),
    (5, 6, 6.5, 6.5, 6, 5.25, 4.75, 4, 3.5, 3.5, 4, 5),
    (5, 6, 6.5, 6.5, 6, 5, 5, 6, 6.5, 6.5, 6, 5),
    (5, 4.4, 3.8, 3.2, 2.6, 2.6, 5, 5, 5, 5, 5, 5),
    (5, 3, 3, 3, 3, 5, 6, 6.5, 6.5, 6, 4.5, 5),
    (5, 4, 3.5, 3.25, 3, 3, 3, 3, 3.25, 3.5, 4, 5),
    (5, 7, 7, 6.6, 6.2, 5.8, 5.4, 5, 4.6, 4.2, 5, 5),
    (5, 4, 3.5, 3.5, 4, 5, 5, 4, 3.5, 3.5, 4, 5),
    (5, 4, 3.5, 3.5, 4, 5, 5, 5, 5, 4.7, 4.3, 5),
)


def mnist1d(  # noqa: PLR0917 - named as in the paper's package
    num_samples: int = 5000,
    padding: Sequence[int] = (36, 60),
    scale_coeff: float = 0.4,
    max_translation: int = 48,
    corr_noise_scale: float = 0.25,
    iid_noise_scale: float = 0.02,
    shear_scale: float = 0.75,
    shuffle_seq: bool = False,  # noqa: FBT001, FBT002
    final_seq_length: int = 40,
    random_state: int = 42,
) -> tuple[Series, npt.NDArray[np.int64]]:
    """Series of shape [num_samples, 1, final_seq_length], of mean 0 and variance 1, and their digits."""
    low, high = padding
    draw = np.random.RandomState(random_state)
    series: list[Series] = []
    for template in _templates():
        for _ in range(num_samples // 10):
            x = np.concatenate([template + 1e-8, np.zeros(low + int(draw.rand() * (high - low + 1)))])
            x = _stretched(x, 12 + high) * (1 + scale_coeff * (draw.rand() - 0.5))
            x = np.roll(x, draw.choice(max_translation))
            noise = gaussian_filter(corr_noise_scale * draw.randn(*x.shape), 2)
            x = np.where(x != 0, x, noise) + iid_noise_scale * draw.randn(*x.shape)
            x -= shear_scale * (draw.rand() - 0.5) * np.linspace(-0.5, 0.5, len(x))
            series.append(_stretched(x, final_seq_length))
    order = draw.permutation(len(series))
    rows = np.stack(series)[order]
    if shuffle_seq:
        rows = rows[:, draw.permutation(final_seq_length)]
    digits = np.repeat(np.arange(10), num_samples // 10)[order]
    return ((rows - rows.mean()) / rows.std())[:, None, :], digits


def _templates() -> Series:
    """The digits, each whitened, starting and ending at 0."""
    x = np.array(_TEMPLATES)
    x -= x.mean(1, keepdims=True)
    x /= x.std(1, keepdims=True)
    x -= x[:, :1]
    return x / 6.0


def _stretched(x: Series, length: int) -> Series:
    return np.interp(np.linspace(0, 1, length), np.linspace(0, 1, len(x)), x)
