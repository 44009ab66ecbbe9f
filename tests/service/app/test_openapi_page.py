"""The OpenAPI page: valid, complete, and as it was when somebody last looked at it.

After a change that is meant, write it anew:
    RIDGELINE_WRITE_OPENAPI=1 python -m pytest tests/service/app/test_openapi_page.py
"""

import json
import os
import re
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from ridgeline.kinds import CATALOGUE
from ridgeline.spec.views import IngredientsView, Verdict
from ridgeline_service.app import create_app
from ridgeline_service.settings import Settings

SNAPSHOT = Path(__file__).parents[1] / "openapi.json"
WRITE = "RIDGELINE_WRITE_OPENAPI"
IS_WANTED = bool(os.environ.get(WRITE))


@pytest.fixture(scope="module")
def page(new_data_dir):
    app = create_app(Settings(data_dir=new_data_dir()))
    yield app.openapi()
    app.state.store.close()


@pytest.fixture(scope="module")
def operations(page):
    return {f"{method} {path}": told for path, methods in page["paths"].items() for method, told in methods.items()}


def test_it_is_valid(page):
    validate(page)


def test_it_is_the_stored_one(page):
    text = json.dumps(page, indent=1, sort_keys=True) + "\n"
    if IS_WANTED:
        SNAPSHOT.write_text(text)
    stored = SNAPSHOT.read_text()
    assert json.loads(text) == json.loads(stored), f"set {WRITE}=1 to store the new page"


def test_every_operation_has_an_id_a_summary_and_a_meaning(operations):
    ids = [told["operationId"] for told in operations.values()]
    assert len(set(ids)) == len(ids) >= 25
    for name, told in operations.items():
        assert told["summary"], name
        assert told["description"], name
        assert told["tags"], name


def test_every_parameter_has_a_meaning(operations):
    for name, told in operations.items():
        for parameter in told.get("parameters", []):
            assert parameter.get("description"), (name, parameter["name"])


def test_every_field_has_a_meaning(page):
    schemas = page["components"]["schemas"]

    def is_described(schema):
        target = schema.get("$ref", "").rpartition("/")[2]
        return "description" in schema or "description" in schemas.get(target, {})

    missing = [
        f"{name}.{field}"
        for name, schema in schemas.items()
        for field, told in schema.get("properties", {}).items()
        if not is_described(told)
    ]
    assert missing == []


def test_every_strength_shows_its_range_and_examples(page):
    for kind in CATALOGUE.values():
        for name, bounds in kind.bounds.items():
            told = page["components"]["schemas"][kind.__name__]["properties"][name]
            assert ("or write 1" if kind.is_static else bounds.rule()) in told["description"]
            assert bounds.default_value(50) in told["examples"]


def test_the_verdict_shows_one_that_was_given(operations):
    shown = operations["get /v1/studies/{study_id}/verdict"]["responses"]["200"]["content"]["application/json"]
    assert shown["schema"]["$ref"].endswith("/Verdict")
    for example in shown["examples"].values():
        verdict = Verdict.model_validate(example["value"])
        assert verdict.model_dump(mode="json", exclude_unset=True) == example["value"]
        assert verdict.recommended.number in verdict.tie_set


def test_ingredients_show_an_answer_of_their_form(operations):
    answers = operations["get /v1/studies/{study_id}/ingredients"]["responses"]
    assert {"404", "409", "422"} <= answers.keys()
    shown = answers["200"]["content"]["application/json"]
    for example in shown["examples"].values():
        assert IngredientsView.model_validate(example["value"]).model_dump(mode="json") == example["value"]


def test_kinds_are_a_union_that_also_takes_names(page):
    text = json.dumps(page["components"]["schemas"]["StudySpec"]["properties"]["regularizers"])
    assert '"propertyName": "kind"' in text
    for kind in CATALOGUE.values():
        assert f'"#/components/schemas/{kind.__name__}"' in text
    assert json.dumps(list(CATALOGUE)) in text


def test_every_route_of_v1_needs_a_token_and_tells_its_problems(operations):
    for name, told in operations.items():
        if "/v1/" in name:
            assert told["security"] == [{"token": []}], name
            assert {"401", "422"} <= told["responses"].keys(), name
        if "{study_id}" in name or "{name_or_id}" in name:
            assert "404" in told["responses"], name


def test_every_problem_has_the_media_type_of_problems(operations):
    for name, told in operations.items():
        for status, response in told["responses"].items():
            if status >= "400":
                assert list(response["content"]) == ["application/problem+json"], name
                assert response["description"] != "Successful Response"


def test_it_is_served(client, page):
    assert client.get("/openapi.json").json()["paths"].keys() == page["paths"].keys()


def test_its_reader_needs_no_other_server(client):
    read = client.get("/docs").text
    scripts = re.findall(r'(?:src|href)="([^"]+)"', read)
    assert scripts
    assert not [url for url in scripts if "//" in url]
    assert [client.get(url).status_code for url in scripts] == [200] * len(scripts)
