"""Which names a request may use at a place, read from its models."""

import types
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel


def fields_at(annotation: Any, location: Sequence[int | str]) -> tuple[str, ...]:
    """Names of the fields that an object at this location may have."""
    models = _models(_walk(annotation, location))
    return tuple(dict.fromkeys(name for model in models for name in model.model_fields))


def kinds_at(annotation: Any, location: Sequence[int | str]) -> tuple[str, ...]:
    """Kinds that an object at this location may have."""
    return tuple(kind for model in _models(_walk(annotation, location)) if (kind := _kind(model)))


def _walk(annotation: Any, location: Sequence[int | str]) -> list[Any]:
    """The annotations of what stands at a location of pydantic's, in which tags of unions appear as steps."""
    here = list(_alternatives(annotation))
    for step in location:
        below = [deeper for each in here for deeper in _enter(each, step)]
        tagged = [model for model in _models(here) if _kind(model) == step]
        here = [leaf for each in below for leaf in _alternatives(each)] or tagged or here
    return here


def _alternatives(annotation: Any) -> Iterator[Any]:
    """The members of a union, with nothing around them."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _alternatives(get_args(annotation)[0])
    elif origin in {Union, types.UnionType}:
        for member in get_args(annotation):
            yield from _alternatives(member)
    else:
        yield annotation


def _enter(annotation: Any, step: int | str) -> Iterator[Any]:
    """The annotation of a field, an item or a value."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if step in annotation.model_fields:
            yield annotation.model_fields[str(step)].annotation
    elif get_origin(annotation) in {tuple, list} and isinstance(step, int):
        yield get_args(annotation)[0]
    elif get_origin(annotation) is dict:
        yield get_args(annotation)[1]


def _models(annotations: Sequence[Any]) -> list[type[BaseModel]]:
    return [each for each in annotations if isinstance(each, type) and issubclass(each, BaseModel)]


def _kind(model: type[BaseModel]) -> str | None:
    return str(model.model_fields["kind"].default) if "kind" in model.model_fields else None
