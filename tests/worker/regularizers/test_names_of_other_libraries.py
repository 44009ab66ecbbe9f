"""What the catalogue names of torch and scikit-learn is there."""

import inspect
import re
from pydoc import locate

import pytest
from sklearn import linear_model, neural_network

from ridgeline.kinds import CATALOGUE

TORCH = [
    (kind, name) for kind, declared in CATALOGUE.items() for name in re.findall(r"\btorch(?:\.\w+)+", declared.pytorch)
]
SCIKIT_LEARN = [
    (kind, name, re.findall(r"(\w+)=", arguments))
    for kind, declared in CATALOGUE.items()
    for name, arguments in re.findall(r"\b([A-Z]\w+)\(([^()]*)", declared.elsewhere["scikit-learn"])
]


@pytest.mark.parametrize(("kind", "name"), TORCH)
def test_what_is_named_of_torch_exists(kind, name):
    assert locate(name) is not None, f"{kind} names {name}"


@pytest.mark.parametrize(("kind", "name", "arguments"), SCIKIT_LEARN)
def test_what_is_named_of_scikit_learn_exists_with_its_arguments(kind, name, arguments):
    named = getattr(linear_model, name, None) or getattr(neural_network, name)
    assert set(arguments) <= inspect.signature(named).parameters.keys(), kind


def test_most_kinds_name_something():
    assert len({kind for kind, _ in TORCH}) > len(CATALOGUE) / 2
    assert len(SCIKIT_LEARN) >= 7
