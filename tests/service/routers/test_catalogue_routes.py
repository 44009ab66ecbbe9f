"""The catalogue over REST is what the declarations say."""

from ridgeline.kinds import CATALOGUE
from ridgeline.spec.models import MODELS, PublishedModel
from ridgeline.spec.views import ModelView, Page, RegularizerView


def test_every_kind_is_listed_with_its_strengths(client):
    page = Page[RegularizerView].model_validate(client.get("/v1/regularizers").json())
    assert [kind.kind for kind in page.items] == list(CATALOGUE)
    for kind in page.items:
        assert {strength.name: strength.bounds for strength in kind.strengths} == CATALOGUE[kind.kind].bounds
        assert all(strength.meaning for strength in kind.strengths)
    told = {kind.kind: kind for kind in page.items}
    assert told["skip"].is_static
    assert told["shake_drop"].requires == ("skip",)


def test_every_model_is_listed_with_the_kinds_that_apply(client):
    page = Page[ModelView].model_validate(client.get("/v1/models").json())
    assert [model.kind for model in page.items] == list(MODELS)
    told = {model.kind: model for model in page.items}
    assert "dropout" in told["mlp"].regularizers
    assert "dropout" not in told["linear"].regularizers
    assert "hidden" in told["mlp"].options["properties"]


def test_the_models_of_workers_are_listed_after_the_built_in_ones(client, store):
    wide = PublishedModel(
        name="wide",
        package="demo 1.0",
        description="Wide.",
        options={"type": "object", "properties": {"units": {"type": "integer"}}},
        refuses={"dropout": "it has no torch.nn.Dropout"},
    )
    store.models.publish([wide], "host:1")
    page = Page[ModelView].model_validate(client.get("/v1/models").json())
    *built_in, custom = page.items
    assert [model.kind for model in built_in] == list(MODELS)
    assert (custom.kind, custom.name, custom.package) == ("custom", "wide", "demo 1.0")
    assert custom.options == wide.options
    static = {kind for kind, declared in CATALOGUE.items() if "custom" in declared.refuses}
    assert {"batch_norm", "shake_drop"} < static
    assert custom.refuses == wide.refuses | {kind: CATALOGUE[kind].refuses["custom"] for kind in static}
    assert set(custom.regularizers) == CATALOGUE.keys() - {"dropout"} - static


def test_a_study_may_ask_for_a_custom_model_by_its_published_schema(client, store):
    options = {"type": "object", "properties": {"units": {"type": "integer"}}, "additionalProperties": False}
    told = {"name": "wide", "package": "demo 1.0", "description": "Wide.", "refuses": {}, "options": options}
    study = {"dataset": "iris", "model": {"kind": "custom", "name": "wide", "config": {"units": 8}}}
    refused = client.post("/v1/studies", json=study)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "model.name"
    store.models.publish([PublishedModel.model_validate(told)], "host:1")
    assert client.post("/v1/studies", json=study).status_code == 202
    study["model"]["config"] = {"units": "eight"}
    broken = client.post("/v1/studies/validate", json=study).json()["errors"]
    assert [error["field"] for error in broken] == ["model.config.units"]
