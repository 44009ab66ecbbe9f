"""The page of a report: whole, self-contained, and deaf to what names say."""

import base64
import dataclasses
import hashlib
import json
import re
from itertools import pairwise

import plotly.graph_objects
import pytest

from ridgeline.report import policy, sent_policy
from ridgeline.report.figures.palette import CARD, DARK, GRID
from ridgeline.report.page import render
from ridgeline.report.reproduce import request_of
from ridgeline.spec import StudySpec


@pytest.fixture(scope="module")
def elements(page, read):
    return read(page)


@pytest.fixture(scope="module")
def drawn(elements):
    """The figures of the page by name, as its script reads them."""
    return json.loads(elements.of("script", id="figures")[0][1])


def test_names_never_become_part_of_the_page(elements, page, material):
    assert elements.of("h1") == [({}, material.study.name)]
    assert not elements.of("img")
    assert len(elements.of("script")) == 4  # two of data, the drawing library, and what calls it
    assert not [own for tag, own, _ in elements.elements if any(name.startswith("on") for name in own)]
    assert page.count('alert("name")') == 0


def test_only_its_own_scripts_may_run(elements, page):
    (told,) = [own for own, _ in elements.of("meta") if own.get("http-equiv") == "Content-Security-Policy"]
    assert told["content"] == policy()
    scripts = [text for own, text in elements.of("script") if own.get("type") is None]
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts]
    assert len(hashes) == 2
    allowed = " ".join(f"'sha256-{each}'" for each in hashes)
    assert f"script-src {allowed};" in policy()
    assert policy().startswith("default-src 'none'")
    assert sent_policy().startswith(policy())


def test_nothing_comes_from_elsewhere(elements):
    for _, own, _ in elements.elements:
        for name in ("src", "href"):
            assert (own.get(name) or "#").startswith(("#", "data:")), own


def test_links_lead_to_parts_that_are_there(elements):
    ids = [own["id"] for _, own, _ in elements.elements if "id" in own]
    assert len(set(ids)) == len(ids)
    assert {own["href"][1:] for own, _ in elements.of("a")} <= set(ids)
    parts = {own["id"] for own, _ in elements.of("section")}
    assert parts == {
        "verdict",
        "leaderboard",
        "objectives",
        "curves",
        "survival-of-trials",
        "learning-curves",
        "sparsity",
        "data",
        "reproduce",
    }


def test_every_figure_is_one_that_plotly_can_draw(drawn):
    assert set(drawn) >= {"forest", "survival", "learning", "curve-l1", "curve-elastic_net", "curve-early_stopping"}
    for figure in drawn.values():
        plotly.graph_objects.Figure(**figure)  # refuses what its schema does not have


def test_every_figure_says_what_it_shows_and_has_its_numbers(elements, drawn):
    places = {own["id"]: own for own, _ in elements.of("div") if own.get("class") == "drawing"}
    assert set(places) == set(drawn)
    for own in places.values():
        assert own["role"] == "img"
        assert "table" in (own["aria-label"] or "")
    captions = [text for _, text in elements.of("caption")]
    assert len(captions) >= len(drawn)
    assert len(set(captions)) == len(captions)


def test_headings_go_down_one_by_one(elements):
    levels = [int(tag[1]) for tag, _, _ in elements.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_verdict_comes_first_with_its_figures_and_its_warnings(page, material):
    order = [page.index(text) for text in (material.verdict.paragraph, "Few rows.", 'id="leaderboard"')]
    assert order == sorted(order)
    for part in ("l1 strength 0.01", "0.450", "none 0.550", "95\N{NO-BREAK SPACE}% −0.200 to +0.010", "0.420"):
        assert part in page


def test_trials_are_counted_at_each_rung(drawn):
    by_kind = {trace["name"]: trace["y"] for trace in drawn["survival"]["data"]}
    assert by_kind == {
        "none": [1, 1, 1],
        "l1": [5, 5, 5],
        "elastic_net": [3, 3, 3],
        "dropout": [4, 4, 2],
        "early_stopping": [1, 1, 1],
    }


def test_a_curve_keeps_what_is_worth_seeing(drawn):
    """At strength 0.1 the score is so much worse that all others would be one line."""
    low, high = drawn["curve-l1"]["layout"]["yaxis"]["range"]
    assert low < 0.4
    assert 0.5 < high < 0.69


def test_a_ladder_shows_what_is_as_good_and_its_own_none(drawn, page, a_ladder):
    figure = drawn["curve-dropout"]
    shapes = {shape["type"]: shape for shape in figure["layout"]["shapes"]}
    assert (shapes["rect"]["x0"], shapes["rect"]["x1"]) == (a_ladder.plateau.low, a_ladder.plateau.high)
    assert shapes["line"]["y0"] == a_ladder.none.score
    _, trials, ladder, best = figure["data"]
    assert (ladder["x"], ladder["y"]) == ([0.001, 0.01, 0.1], [0.4, 0.3, 0.305])
    assert (trials["x"], best["x"]) == ([0.1, 0.3], [0.01])
    assert a_ladder.statement in page


def test_a_second_objective_has_its_front_and_every_contender_its_measures(drawn, elements, page, material):
    line, chosen = drawn["front"]["data"]  # none has no sparsity, so it has no mark
    assert (line["x"], line["y"]) == ([0.4], [0.25])
    assert (chosen["x"], chosen["y"], chosen["marker"]["symbol"]) == ([0.4], [0.25], "star")
    assert drawn["front"]["layout"]["yaxis"]["title"]["text"] == "sparsity (higher is better)"
    cells = [text for _, text in elements.of("td")]
    place = cells.index("holds (0.925)")
    assert cells[place - 3 : place + 2] == ["0.4", "0.25", "0.95 (0.92 to 0.98)", "holds (0.925)", "yes"]
    assert material.verdict.objectives.statement[1:] in page


def test_constraints_alone_need_no_figure(material, read):
    told = material.verdict.objectives.model_copy(update={"second": None, "direction": None, "front": ()})
    verdict = material.verdict.model_copy(update={"objectives": told})
    elements = read(render(dataclasses.replace(material, verdict=verdict)))
    assert not elements.of("div", id="front")
    assert "holds (0.925)" in [text for _, text in elements.of("td")]


def test_what_is_not_known_is_left_out(material, read):
    old = material.verdict.model_copy(update={"environment": None, "objectives": None})
    told = read(render(dataclasses.replace(material, courses={}, verdict=old)))
    missing = {"learning-curves", "objectives"}
    assert not missing & {own["id"] for own, _ in told.of("section")}
    assert not {f"#{part}" for part in missing} & {own["href"] for own, _ in told.of("a")}


@pytest.mark.parametrize(
    "asked",
    [
        {"dataset": "iris"},
        {"dataset": "iris", "model": "residual_mlp", "baseline": {"kind": "weight_decay", "tau": 40.0}, "seed": 3},
        {
            "dataset": {"id": "rows", "target": ["a", "b"]},
            "regularizers": ["none", {"kind": "l2", "strength": {"low": 1e-6, "high": 0.1, "log": True}}],
            "training": {"learning_rate": (0.1, 0.01), "optimizer": {"kind": "sgd", "momentum": 0.9}},
            "objective": {"metric": "accuracy"},
            "pruner": "hyperband",
        },
        {"dataset": {"generator": "make_moons", "parameters": {"noise": 0.2}, "seed": 1}, "mode": "cocktail"},
    ],
)
def test_the_request_asks_for_the_same_in_few_words(asked):
    spec = StudySpec.model_validate(asked)
    told = request_of(spec)
    assert StudySpec.model_validate(told) == spec
    assert "null" not in json.dumps(told)
    assert set(told) <= {*asked, "seed"}


def test_the_request_of_the_page_is_that_of_the_study(elements, material):
    told = StudySpec.model_validate_json(elements.of("code")[1][1])
    assert told == material.asked


def luminance(colour):
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", [colour for colour in DARK if colour not in {CARD, GRID}])
@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_every_colour_stands_out_from_its_page(colour, is_dark):
    """A ratio of 3 at least, as WCAG 2.1 asks of graphics (1.4.11)."""
    own, back = (DARK[colour], DARK[CARD]) if is_dark else (colour, CARD)
    low, high = sorted((luminance(own), luminance(back)))
    assert (high + 0.05) / (low + 0.05) >= 3
