"""Read a request from strict JSON: neither NaN nor infinity, and nothing that cannot be stored as text."""

import json
from typing import Any, NoReturn, TypeVar

from pydantic import ValidationError

from ridgeline.errors import Invalid
from ridgeline.kinds import Frozen
from ridgeline.spec.study import StudySpec
from ridgeline.spec.violations import no_json, violations

Model = TypeVar("Model", bound=Frozen)


def parse_spec(body: bytes) -> StudySpec:
    """A study request from its JSON.

    Raises:
        Invalid: with every rule that the document breaks by itself; `resolve` knows the others.
    """
    return parse_model(body, StudySpec)


def parse_model(body: bytes, model: type[Model]) -> Model:
    """A value from its JSON.

    Raises:
        Invalid: with every rule that the document breaks.
    """
    try:
        document = parse_json(body)
    except json.JSONDecodeError as error:
        raise Invalid([no_json(error.doc, error.pos, error.msg)]) from error
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise Invalid(violations(error.errors(), document, model)) from error


def parse_json(body: bytes) -> Any:
    """The value of a JSON document that follows RFC 8259.

    Raises:
        json.JSONDecodeError: with what is wrong and where.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise json.JSONDecodeError("it is not UTF-8", body.decode("latin-1"), error.start) from error
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError:
        raise
    except UnicodeEncodeError as error:
        raise json.JSONDecodeError("half of a surrogate pair stands alone", text, 0) from error
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise json.JSONDecodeError(reason, text, 0) from error
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")
