"""Parts of rows, for regularizers that cut or mix them."""

from collections.abc import Sequence
from math import prod

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor


def partnered(
    rows: Float[Tensor, "lanes rows *rest"], partners: Int[Tensor, "lanes rows"]
) -> Float[Tensor, "lanes rows *rest"]:
    """The partner of each row, out of the same lane."""
    return rows[torch.arange(len(rows), device=rows.device).unsqueeze(1), partners]


def kept(noise: Float[Tensor, "lanes *rest"], rate: Float[Tensor, "lanes *#rest"]) -> Float[Tensor, "lanes *rest"]:
    """[u >= rate] / (1 - rate), whose mean is 1; compared into numbers, which takes a fifth of the time of truths."""
    return torch.ge(noise, rate, out=torch.empty_like(noise)).div_(1 - rate)


def patch(
    image: tuple[int, ...],
    share: Float[Tensor, "lanes rows"],
    places: Sequence[Float[Tensor, "lanes rows"]],
) -> Bool[Tensor, "lanes rows numbers"]:
    """A box with about this share of the places of an array, the same in all channels.

    Each side is max(1, round(side share^(1/axes))) long, none where the share is 0, and lies inside: its start is
    uniform over all starts, by a draw an axis.
    """
    channels, *sides = image
    held = torch.ones(*share.shape, 1, dtype=torch.bool, device=share.device)
    for side, place in zip(sides, places, strict=True):
        length = (side * share ** (1 / len(sides))).round().clamp(min=1) * (share > 0)
        start = (place * (side - length + 1)).floor()
        along = torch.arange(side, device=share.device)
        inside = (along >= start.unsqueeze(2)) & (along < (start + length).unsqueeze(2))
        held = (held.unsqueeze(3) & inside.unsqueeze(2)).flatten(2)
    return held.unsqueeze(2).expand(-1, -1, channels, -1).reshape(*share.shape, prod(image))
