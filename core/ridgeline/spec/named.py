"""Let a bare string stand for an object of that kind: `"mlp"` for `{"kind": "mlp"}`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BeforeValidator, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema


def _as_object(value: object) -> object:
    return {"kind": value} if isinstance(value, str) else value


@dataclass(frozen=True)
class _NamesInSchema:
    """Shows the bare strings in the JSON schema beside the objects."""

    names: tuple[str, ...]

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"type": "string", "enum": list(self.names)}, handler(schema)]}


def or_name(names: Iterable[str]) -> tuple[Any, ...]:
    """Annotations for a union with a `kind`: it then takes the name of a kind for the kind with its defaults."""
    return BeforeValidator(_as_object), _NamesInSchema(tuple(names))
