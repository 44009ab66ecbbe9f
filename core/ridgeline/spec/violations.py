"""Pydantic's errors in plain words: which field broke which rule with which value, and what to do."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ridgeline.errors import Violation
from ridgeline.kinds import CATALOGUE
from ridgeline.spec.legal import fields_at, kinds_at
from ridgeline.spec.study import Training

Location = tuple[int | str, ...]

DOCUMENT = "body"
"""The name of a whole document among fields."""
AROUND_CHARACTERS = 20
"""How much is shown of what is no JSON, on each side of the place."""

RULES: Mapping[str, tuple[str, str]] = {
    "missing": ("is required", "add it"),
    "string_type": ("must be a string", "put it in quotes"),
    "int_type": ("must be a whole number", "write a whole number, without quotes"),
    "int_parsing": ("must be a whole number", "write a whole number"),
    "int_from_float": ("must be a whole number", "round it"),
    "float_type": ("must be a number", "write a number, without quotes"),
    "float_parsing": ("must be a number", "write a number"),
    "finite_number": ("must be a finite number", "write a number, or leave it out"),
    "bool_type": ("must be true or false", "write true or false, without quotes"),
    "bool_parsing": ("must be true or false", "write true or false"),
    "greater_than": ("must be greater than {gt}", "raise it"),
    "greater_than_equal": ("must be at least {ge}", "raise it"),
    "less_than": ("must be less than {lt}", "lower it"),
    "less_than_equal": ("must be at most {le}", "lower it"),
    "string_too_short": ("must have a length of at least {min_length}", "write more"),
    "string_too_long": ("must have a length of at most {max_length}", "shorten it"),
    "string_pattern_mismatch": (
        "must be letters, digits, spaces and _ . + - and start with a letter or digit",
        "choose a name; paths and URLs are none",
    ),
    "too_short": ("must have a length of at least {min_length}", "add to it"),
    "too_long": ("must have a length of at most {max_length}", "shorten it"),
    "tuple_type": ("must be a list", "put it in brackets"),
    "list_type": ("must be a list", "put it in brackets"),
    "dict_type": ("must be an object", "put it in braces"),
    "model_type": ("must be an object", "put it in braces"),
    "model_attributes_type": ("must be an object", "put it in braces"),
}
"""Rule and remedy by the type of pydantic's error; its context fills the braces."""


def violations(errors: Iterable[Mapping[str, Any]], body: object, annotation: Any) -> tuple[Violation, ...]:
    """Every broken rule of a JSON document.

    Args:
        errors: pydantic's; their locations start at the document.
        body: the document, parsed.
        annotation: the type that it should have.
    """
    return tuple(_violation(error, body, annotation) for error in errors)


def of_parameter(error: Mapping[str, Any]) -> Violation:
    """The broken rule of one named value, such as a query parameter."""
    return _plain(_dotted(tuple(error["loc"])), error)


def no_json(text: str, position: int, reason: str) -> Violation:
    """The broken rule of a document that is not JSON."""
    rule = f"must be JSON, and at character {position} it is not: {reason},"
    around = text[max(0, position - AROUND_CHARACTERS) : position + AROUND_CHARACTERS]
    return Violation(DOCUMENT, rule, around, "send one JSON object")


def suggest(name: object, legal: Sequence[str]) -> str:
    """What to write in place of an unknown name."""
    if not legal:
        return "leave it out"
    near = difflib.get_close_matches(str(name), legal, n=1)
    listed = f"use one of {', '.join(legal)}"
    return f"did you mean {near[0]!r}? Otherwise {listed}" if near else listed


def _violation(error: Mapping[str, Any], body: object, annotation: Any) -> Violation:
    location = tuple(error["loc"])
    value = error["input"]
    if location and location[-1] == "[key]":  # the name of an entry breaks the rule, not its value
        location = location[:-2]
    path = _path(location, body, is_missing=error["type"] == "missing")
    match error["type"]:
        case "extra_forbidden":
            remedy = suggest(location[-1], fields_at(annotation, location[:-1]))
            return Violation(_dotted(path), "must be a known field", value, remedy)
        case "union_tag_invalid" | "union_tag_not_found":
            return _kind(path, body, value, kinds_at(annotation, location))
        case "value_error":
            return _own_rule(path, str(error["ctx"]["error"]), value, _epochs(body))
    return _plain(_dotted(path), error)


def _plain(field: str, error: Mapping[str, Any]) -> Violation:
    """An error of a type that needs no knowledge of the place."""
    if error["type"] in {"enum", "literal_error"}:
        legal = re.findall(r"'([^']*)'", error["ctx"]["expected"])
        return Violation(field, "must be a known name", error["input"], suggest(error["input"], legal))
    rule, remedy = RULES.get(error["type"], (error["msg"].replace("{", "(").replace("}", ")"), "correct it"))
    value = None if error["type"] == "missing" else error["input"]
    context = {name: f"{told:g}" if isinstance(told, float) else told for name, told in error.get("ctx", {}).items()}
    return Violation(field, rule.format(**context), value, remedy)


def _kind(path: Location, body: object, value: object, legal: Sequence[str]) -> Violation:
    """An object of a family without a kind, or with an unknown one."""
    asked = value.get("kind") if isinstance(value, dict) else value
    is_bare = isinstance(_at(body, path), str)
    field = _dotted(path if is_bare else (*path, "kind"))
    if asked is None:
        return Violation(field, "is required", None, f"use one of {', '.join(legal)}")
    return Violation(field, "must be a known kind", asked, suggest(asked, legal))


def _own_rule(path: Location, message: str, value: object, epochs: int) -> Violation:
    """A rule of our own models; its message reads `name rule but got value`."""
    told, _, own_remedy = message.partition("; ")
    name, _, rule = told.partition(" but got ")[0].partition(" ")
    if not isinstance(value, dict) or name not in value:
        return Violation(_dotted(path), told, value, own_remedy or "change it")
    remedy = own_remedy or ("change one of the two" if name == "low" else "change it")
    kind = CATALOGUE.get(str(value.get("kind")))
    if kind and name in kind.bounds:
        bounds = kind.bounds[name]
        otherwise = "read it off the scores of each epoch" if bounds.read_off else "search its default range"
        remedy = f"try {bounds.default_value(epochs):g}, or leave it out to {otherwise}"
        if kind.is_static:
            remedy = "leave it out, or write 1"
    return Violation(_dotted((*path, name)), rule, value[name], remedy)


def _epochs(body: object) -> int:
    """The epochs of the study that a document asks for, by which some defaults are scaled."""
    asked = _at(body, ("training", "epochs"))
    return asked if isinstance(asked, int) and asked >= 1 else Training().epochs


def _path(location: Location, body: object, *, is_missing: bool) -> Location:
    """The location in the body: pydantic's without the tags of unions."""
    path: list[int | str] = []
    here = body
    for index, step in enumerate(location):
        names_what_lacks = is_missing and index == len(location) - 1
        if _has(here, step) or names_what_lacks:
            here = _below(here, step)
            path.append(step)
    return tuple(path)


def _has(value: object, step: int | str) -> bool:
    if isinstance(value, list):
        return isinstance(step, int) and step < len(value)
    return isinstance(value, dict) and step in value


def _below(value: object, step: int | str) -> object:
    if isinstance(value, list) and isinstance(step, int):
        return value[step]
    return value.get(step) if isinstance(value, dict) else None


def _at(body: object, path: Location) -> object:
    for step in path:
        body = _below(body, step)
    return body


def _dotted(path: Location) -> str:
    return ".".join(map(str, path)) or DOCUMENT
