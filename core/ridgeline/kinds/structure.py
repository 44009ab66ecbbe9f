"""Which kinds change the structure of a model, and how they are read from a setting."""

from collections.abc import Mapping

BATCHING = "batch_norm"
"""The kind that needs two rows a step or more."""
NORMALIZING = frozenset({BATCHING, "layer_norm"})
"""Kinds that normalize before each nonlinearity, with a gain and a shift a unit."""
SKIPPING = "skip"
"""The kind that adds skip connections."""
TWOFOLD = "shake_shake"
"""The kind that doubles each residual branch."""
STATIC = NORMALIZING | {SKIPPING, TWOFOLD}
"""Every kind that changes the structure."""
BRANCHLESS = {
    "linear": "it has no hidden units",
    "conv1d": "it has no residual branches",
    "conv2d": "it has no residual branches",
    "custom": "only the built-in models tell where their residual branches are",
}
"""Models without residual branches for kinds to act on, with the reason."""


def structure_of(kinds: Mapping[str, Mapping[str, float]]) -> frozenset[str]:
    """The static kinds that are on, of a setting's strengths by kind; lanes with equal ones have equal models."""
    return frozenset(kind for kind in STATIC & kinds.keys() if kinds[kind]["on"])
