"""What a search leaves to predict with."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ridgeline_worker.estimator.network import Network
from ridgeline_worker.estimator.rows import Layout
from ridgeline_worker.estimator.target import Target


@dataclass(frozen=True)
class FittedNetwork:
    """A network that was trained on all rows with the chosen setting, and what turns rows of X into its inputs."""

    network: Network
    layout: Layout
    target: Target

    def predict(self, X: Any) -> npt.NDArray[Any]:  # noqa: N803
        """Classes, labels or numbers."""
        return self.target.decided(self.predictions(X))

    def predict_proba(self, X: Any) -> npt.NDArray[np.float64]:  # noqa: N803
        """The probability of each class or label, in the order of the classes.

        Raises:
            AttributeError: it predicts numbers.
        """
        if self.target.classes is None:
            raise AttributeError("predict_proba is there for classes only, and this network predicts numbers")
        return self.predictions(X)

    def save(self, path: str | Path) -> None:
        """Write the one file of the model, which `ridgeline predict` reads."""
        Path(path).write_bytes(self.network.content)

    def predictions(self, X: Any) -> npt.NDArray[np.float64]:  # noqa: N803
        """Probabilities of the classes or labels, or numbers."""
        return self.network.predictions(self.layout.table(X))
