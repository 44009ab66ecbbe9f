"""Holm's correction for many comparisons."""

import numpy as np
from jaxtyping import Float


def holm(p: Float[np.ndarray, "family"]) -> Float[np.ndarray, "family"]:
    """Adjusted p: the i-th smallest of m becomes max over j <= i of min(1, (m - j + 1) p_(j)).

    Declaring those below alpha keeps the chance of any false declaration below alpha, however the p depend on one
    another.  The family is every setting that entered screening: those that were dropped have p = 1 and still count.

    Source: Holm 1979, "A simple sequentially rejective multiple test procedure".
    """
    order = np.argsort(p, kind="stable")
    raised = np.minimum(1.0, p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.maximum.accumulate(raised)
    return adjusted
