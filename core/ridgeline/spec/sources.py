"""How a study names its data: a kept data set with the roles of its columns, or a generator."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, GetJsonSchemaHandler, Tag
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from ridgeline.kinds import Frozen
from ridgeline.kinds.kind import Whole
from ridgeline.spec.metrics import Task

ColumnName = Annotated[str, Field(min_length=1, max_length=1000)]
Position = Annotated[Whole, Field(description="Position of the column, from 0; negative from the end.")]


def _target_form(asked: object) -> str:
    """Which of its forms a target was written in."""
    if isinstance(asked, list | tuple):
        return "list"
    return "position" if isinstance(asked, int) else "name"


OneTarget = Annotated[
    Annotated[ColumnName, Tag("name")] | Annotated[Position, Tag("position")], Discriminator(_target_form)
]
Target = Annotated[
    Annotated[ColumnName, Tag("name")]
    | Annotated[Position, Tag("position")]
    | Annotated[tuple[OneTarget, ...], Field(min_length=1, max_length=1000), Tag("list")],
    Discriminator(_target_form),
]
"""A column by name or position, or a list of them."""


class KeptData(Frozen):
    """A data set that is built in or was added, and what its columns are to the study."""

    id: Annotated[str, Field(min_length=1, max_length=200, examples=["churn"])]
    """Name or id of the data set."""
    target: Annotated[Target | None, Field(examples=["churned", -1, ["north", "south"]])] = None
    """Column to predict, by name or position; a list: several labels, or several numbers; null: the default of the
    name."""
    task: Task | None = None
    """What is predicted; null: by the target's values (two different: binary; words, or at most 20 different whole
    numbers: multiclass; else regression)."""
    group: ColumnName | None = None
    """Column whose equal values are never parted by a split."""
    time: ColumnName | None = None
    """Column to order rows by: validation and test rows are then later than training rows."""
    weight: ColumnName | None = None
    """Column of how much each row counts, numbers of at least 0."""
    exclude: Annotated[tuple[ColumnName, ...], Field(max_length=10_000, examples=[["customer_id"]])] = ()
    """Columns that are left out."""


class GeneratedData(Frozen):
    """Rows made by a generator; equal parameters give equal rows."""

    generator: Annotated[
        Literal[
            "mnist1d",
            "make_classification",
            "make_multilabel_classification",
            "make_moons",
            "make_circles",
            "make_blobs",
            "make_gaussian_quantiles",
            "make_hastie_10_2",
            "make_regression",
            "make_friedman1",
            "make_friedman2",
            "make_friedman3",
            "make_sparse_uncorrelated",
        ],
        Field(examples=["make_moons"]),
    ]
    """mnist1d: 40-point series of digits that overfit by design (Greydanus & Kobak 2024); else the
    generator of scikit-learn of this
    name."""
    parameters: Annotated[dict[str, Any], Field(examples=[{"n_samples": 500, "noise": 0.3}])] = {}
    """By the names of the generator; its own defaults where left out."""
    seed: Annotated[Whole, Field(ge=0, lt=2**32)] = 0
    """Of the rows; 0 to 2^32 - 1."""


def _by_name(value: object) -> object:
    return {"id": value} if isinstance(value, str) else value


def _form(value: object) -> str:
    generated = "generator" in value if isinstance(value, dict) else isinstance(value, GeneratedData)
    return "generated" if generated else "kept"


class _StringInSchema:
    """Shows the bare string in the JSON schema beside the objects."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        name = {"type": "string", "minLength": 1, "maxLength": 200, "examples": ["breast_cancer"]}
        return {"anyOf": [name, handler(schema)]}


AskedData = Annotated[
    Annotated[KeptData, Tag("kept")] | Annotated[GeneratedData, Tag("generated")],
    Discriminator(_form),
    BeforeValidator(_by_name),
    _StringInSchema(),
]
"""The data of a study: a name or id alone, an object that gives columns their roles, or a generator."""
