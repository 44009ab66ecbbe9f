"""The catalogue over REST is what the declarations say."""

from ridgeline.kinds import CATALOGUE
from ridgeline.spec import BUILT_IN, DatasetFacts
from ridgeline.spec.models import MODELS
from ridgeline.spec.views import ModelView, Page, RegularizerView


def test_every_kind_is_listed_with_its_strengths(client):
    page = Page[RegularizerView].model_validate(client.get("/v1/regularizers").json())
    assert [kind.kind for kind in page.items] == list(CATALOGUE)
    for kind in page.items:
        assert {strength.name: strength.bounds for strength in kind.strengths} == CATALOGUE[kind.kind].bounds
        assert all(strength.meaning for strength in kind.strengths)


def test_every_model_is_listed_with_the_kinds_that_apply(client):
    page = Page[ModelView].model_validate(client.get("/v1/models").json())
    assert [model.kind for model in page.items] == list(MODELS)
    told = {model.kind: model for model in page.items}
    assert "dropout" in told["mlp"].regularizers
    assert "dropout" not in told["linear"].regularizers
    assert "hidden" in told["mlp"].options["properties"]


def test_data_sets_are_listed_by_name_in_pages(client):
    first = client.get("/v1/datasets", params={"limit": 3}).json()
    second = client.get("/v1/datasets", params={"limit": 3, "cursor": first["next_cursor"]}).json()
    names = [facts["name"] for facts in (*first["items"], *second["items"])]
    assert names == sorted(BUILT_IN)
    assert second["next_cursor"] is None


def test_a_data_set_is_found_by_name_and_by_id(client):
    by_name = client.get("/v1/datasets/iris").json()
    assert DatasetFacts.model_validate(by_name) == BUILT_IN["iris"]
    assert client.get(f"/v1/datasets/{by_name['id']}").json() == by_name


def test_a_study_may_name_a_data_set_by_id(client):
    answer = client.post("/v1/studies", json={"dataset": BUILT_IN["wine"].id})
    assert answer.json()["study"]["dataset"]["name"] == "wine"
