"""What is known of a data set without reading it, and the built-in ones."""

from typing import Literal

from ridgeline.kinds import Frozen
from ridgeline.spec.metrics import Task


class DatasetFacts(Frozen):
    """What resolving a study needs to know of its data."""

    id: str
    """SHA-256 of the features and targets."""
    name: str
    """The name by which a study may ask for it."""
    source: Literal["built_in"] = "built_in"
    """Where the rows come from."""
    rows: int
    """Rows in all."""
    features: tuple[str, ...]
    """Names of the input columns, in order."""
    target: str
    """Name of the target column."""
    task: Task
    """Inferred from the target: two classes, more, or numbers."""
    class_counts: dict[str, int] | None = None
    """Rows of each class, in the order of the model's outputs; null for numbers."""

    @property
    def outputs(self) -> int:
        """Outputs of a model: one logit for two classes, one a class for more, one for a number."""
        return len(self.class_counts or ()) if self.task is Task.MULTICLASS else 1


def infer_task(classes: int | None) -> Task:
    """The task of a target with so many classes; None: the target is a number."""
    if classes is None:
        return Task.REGRESSION
    return Task.BINARY if classes == 2 else Task.MULTICLASS


_BUILT_IN = (
    DatasetFacts(
        id="18565d0da72dafd52595fe48b03ca9b06dfc2c05d0c4c155576631d0aae8eb7e",
        name="iris",
        rows=150,
        features=(
            "sepal length (cm)",
            "sepal width (cm)",
            "petal length (cm)",
            "petal width (cm)",
        ),
        target="species",
        task=Task.MULTICLASS,
        class_counts={"setosa": 50, "versicolor": 50, "virginica": 50},
    ),
    DatasetFacts(
        id="c7e84e8e03b2b5a354287416d84d08945318450658a22a63c39973d8306c2ca4",
        name="wine",
        rows=178,
        features=(
            "alcohol",
            "malic_acid",
            "ash",
            "alcalinity_of_ash",
            "magnesium",
            "total_phenols",
            "flavanoids",
            "nonflavanoid_phenols",
            "proanthocyanins",
            "color_intensity",
            "hue",
            "od280/od315_of_diluted_wines",
            "proline",
        ),
        target="cultivar",
        task=Task.MULTICLASS,
        class_counts={"class_0": 59, "class_1": 71, "class_2": 48},
    ),
    DatasetFacts(
        id="cdd5f37c36cbdfc2e5ee074cec7540fac54340874afb25917a673e446270d0d0",
        name="breast_cancer",
        rows=569,
        features=(
            "mean radius",
            "mean texture",
            "mean perimeter",
            "mean area",
            "mean smoothness",
            "mean compactness",
            "mean concavity",
            "mean concave points",
            "mean symmetry",
            "mean fractal dimension",
            "radius error",
            "texture error",
            "perimeter error",
            "area error",
            "smoothness error",
            "compactness error",
            "concavity error",
            "concave points error",
            "symmetry error",
            "fractal dimension error",
            "worst radius",
            "worst texture",
            "worst perimeter",
            "worst area",
            "worst smoothness",
            "worst compactness",
            "worst concavity",
            "worst concave points",
            "worst symmetry",
            "worst fractal dimension",
        ),
        target="diagnosis",
        task=Task.BINARY,
        class_counts={"malignant": 212, "benign": 357},
    ),
    DatasetFacts(
        id="f19a7d92591ca0a1ffc65ec172e8149afdff995e0d2c4cb0afd151f38471ff90",
        name="digits",
        rows=1797,
        features=tuple(f"pixel_{row}_{column}" for row in range(8) for column in range(8)),
        target="digit",
        task=Task.MULTICLASS,
        class_counts={
            "0": 178,
            "1": 182,
            "2": 177,
            "3": 183,
            "4": 181,
            "5": 182,
            "6": 181,
            "7": 179,
            "8": 174,
            "9": 180,
        },
    ),
    DatasetFacts(
        id="e9c1f7559552854a24dc45b41c446ce5f79f96e5da081bcce24b57492720b3f7",
        name="diabetes",
        rows=442,
        features=("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"),
        target="progression",
        task=Task.REGRESSION,
    ),
)

BUILT_IN: dict[str, DatasetFacts] = {facts.name: facts for facts in _BUILT_IN}
"""The data sets that ship with scikit-learn, by name; a test compares them with the rows."""
