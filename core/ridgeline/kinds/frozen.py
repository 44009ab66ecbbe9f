"""The base of every value: immutable, closed, and described by the docstrings under its fields."""

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value: immutable, closed to unknown fields, without NaN or infinity.

    The string under a field is its description.  Pydantic's `use_attribute_docstrings` does the same, but looks
    through the stack of every import for each class, a fifth of a second in all; so building waits for ours.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        told = _docstrings(cls.__module__).get(cls.__qualname__, {})
        lacking = [name for name, field in cls.model_fields.items() if field.description is None and name in told]
        for name in lacking:
            cls.model_fields[name].description = told[name]
        cls.model_rebuild(force=bool(lacking))
        cls.model_config["defer_build"] = False  # it is built; what is made of it need not wait


@cache
def _docstrings(module: str) -> Mapping[str, Mapping[str, str]]:
    """By class of a module and by field: the string under it."""
    try:
        source = inspect.getsource(sys.modules[module])
    except (KeyError, OSError, TypeError):  # no file, as in an interactive session
        return {}
    classes = (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef))
    return {node.name: dict(_fields(node)) for node in classes}


def _fields(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, below in pairwise(node.body):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(told))):
                yield name, inspect.cleandoc(told)
