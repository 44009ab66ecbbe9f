"""Trials, best, leaderboard, curve, and the best over studies, over REST."""

import pytest

from ridgeline.spec.states import EndReason
from ridgeline.spec.views import (
    BestView,
    CurveView,
    FinalProgress,
    IngredientsView,
    LeaderboardView,
    Page,
    StudyBest,
    TrialView,
    Verdict,
)


class TestBeforeAnythingIsComplete:
    def test_best_is_provisional_and_empty(self, client, study):
        best = BestView.model_validate(client.get(f"/v1/studies/{study['id']}/best").json())
        assert best.provisional
        assert best.trial is None

    def test_the_leaderboard_lists_every_kind_without_a_rank(self, client, study):
        board = LeaderboardView.model_validate(client.get(f"/v1/studies/{study['id']}/leaderboard").json())
        assert {entry.regularizer: entry.rank for entry in board.entries} == {"none": None, "l2": None, "dropout": None}

    def test_the_curve_has_no_points(self, client, study):
        answer = client.get(f"/v1/studies/{study['id']}/curve", params={"regularizer": "l2"})
        assert CurveView.model_validate(answer.json()).points == ()

    def test_there_is_no_best_over_studies(self, client, study):
        assert client.get("/v1/best").json() == {"items": [], "next_cursor": None}


class TestBest:
    def test_is_the_best_of_all_kinds(self, client, trained):
        best = BestView.model_validate(client.get(f"/v1/studies/{trained['id']}/best").json())
        assert (best.regularizer, best.strengths, best.score) == ("l2", {"strength": 1e-2}, 0.30)
        assert best.provisional
        assert best.difference_to_none is not None
        assert best.difference_to_none.mean == pytest.approx(-0.2, abs=0.01)

    def test_is_the_best_of_one_kind_when_asked(self, client, trained):
        best = client.get(f"/v1/studies/{trained['id']}/best", params={"regularizer": "dropout"}).json()
        assert best["strengths"] == {"rate": 0.5}

    def test_is_final_once_the_study_has_ended(self, client, trained):
        client.post(f"/v1/studies/{trained['id']}/cancel")
        assert client.get(f"/v1/studies/{trained['id']}/best").json()["provisional"] is False


def test_the_leaderboard_ranks_the_kinds(client, trained):
    board = LeaderboardView.model_validate(client.get(f"/v1/studies/{trained['id']}/leaderboard").json())
    assert [(entry.rank, entry.regularizer, entry.trial) for entry in board.entries] == [
        (1, "l2", 2),
        (2, "dropout", 4),
        (3, "none", 0),
    ]


def test_the_curve_goes_from_weak_to_strong(client, trained):
    answer = client.get(f"/v1/studies/{trained['id']}/curve", params={"regularizer": "l2"})
    curve = CurveView.model_validate(answer.json())
    assert [(point.strengths["strength"], point.score) for point in curve.points] == [
        (1e-4, 0.45),
        (1e-3, 0.40),
        (1e-2, 0.30),
    ]


class TestVerdict:
    def test_is_worth_waiting_for_until_the_study_has_ended(self, client, study):
        answer = client.get(f"/v1/studies/{study['id']}/verdict")
        assert (answer.status_code, answer.headers["Retry-After"]) == (409, "5")
        assert answer.json()["type"] == "urn:ridgeline:problem:not_ready"

    def test_is_told_with_how_far_its_final_is(self, client, study, worker, a_verdict):
        path = f"/v1/studies/{study['id']}"
        claim = worker.claim(study["id"])
        worker.train(claim, [("none", {}, 0.5), ("l2", {"strength": 0.01}, 0.4)])
        progress = FinalProgress(contenders=3, evaluations=40, evaluations_done=0)
        worker.store.finals.begin(claim, EndReason.BUDGET, progress, max_trials=None, running_seconds=3.0)
        told = client.get(path).json()
        assert (told["phase"], told["final"]) == ("final", progress.model_dump())
        assert told["seconds_left"] > 0
        assert client.get(f"{path}/verdict").headers["Retry-After"] == "5"
        verdict = a_verdict(study["id"])
        worker.store.finals.conclude(claim, verdict, test_part=None, running_seconds=4.0)
        assert Verdict.model_validate(client.get(f"{path}/verdict").json()) == verdict

    def test_never_comes_for_a_cancelled_study(self, client, study):
        client.post(f"/v1/studies/{study['id']}/cancel")
        answer = client.get(f"/v1/studies/{study['id']}/verdict")
        assert answer.status_code == 409
        assert "Retry-After" not in answer.headers
        assert answer.json()["type"] == "urn:ridgeline:problem:no_verdict"
        assert "it was cancelled" in answer.json()["detail"]


class TestTrials:
    def test_are_listed_by_number(self, client, trained):
        page = Page[TrialView].model_validate(client.get(f"/v1/studies/{trained['id']}/trials").json())
        assert [trial.number for trial in page.items] == [0, 1, 2, 3, 4, 5]

    def test_are_listed_by_score_kind_and_state(self, client, trained):
        path = f"/v1/studies/{trained['id']}/trials"
        asked = {"sort": "score", "regularizer": "l2", "state": "complete"}
        assert [trial["number"] for trial in client.get(path, params=asked).json()["items"]] == [2, 3, 1]

    def test_come_in_pages(self, client, trained):
        path, numbers, cursor = f"/v1/studies/{trained['id']}/trials", [], None
        for _ in range(3):
            params = {"limit": 2, "sort": "-number"} | ({"cursor": cursor} if cursor else {})
            page = client.get(path, params=params).json()
            numbers += [trial["number"] for trial in page["items"]]
            cursor = page["next_cursor"]
        assert numbers == [5, 4, 3, 2, 1, 0]
        assert cursor is None

    def test_are_looked_at_one_by_one(self, client, trained):
        trial = TrialView.model_validate(client.get(f"/v1/studies/{trained['id']}/trials/4").json())
        assert trial.strengths == {"rate": 0.5}
        assert trial.rungs[-1].epochs == 6


class TestTheBestOverStudies:
    def test_is_one_row_a_comparison(self, client, trained):
        page = Page[StudyBest].model_validate(client.get("/v1/best").json())
        assert [(row.dataset, row.metric, row.best_trial.number, row.studies) for row in page.items] == [
            ("iris", "log_loss", 2, 1)
        ]

    @pytest.mark.parametrize(
        ("filters", "rows"),
        [
            ({"dataset": "iris"}, 1),
            ({"dataset": "wine"}, 0),
            ({"metric": "log_loss"}, 1),
            ({"metric": "accuracy"}, 0),
            ({"model": "mlp"}, 1),
            ({"model": "linear"}, 0),
            ({"regularizer": "dropout"}, 1),
        ],
    )
    def test_is_narrowed_by_filters(self, client, trained, filters, rows):
        assert len(client.get("/v1/best", params=filters).json()["items"]) == rows


class TestAWarmStart:
    ASKED = {
        "dataset": "iris",
        "regularizers": ["none", "l2", "dropout"],
        "evaluation": {"folds": 3},
        "training": {"epochs": 6},
    }

    def test_is_shown_before_anything_is_queued(self, client, trained):
        asked = {**self.ASKED, "seed": 1, "warm_start": [trained["id"]]}
        client.post(f"/v1/studies/{trained['id']}/cancel")
        shown = client.post("/v1/studies/validate", json=asked).json()["study"]["warm_start"]
        assert [(one["regularizer"], one["strengths"], one["how"]) for one in shown["settings"]] == [
            ("l2", {"strength": 1e-2}, "exact"),
            ("dropout", {"rate": 0.5}, "exact"),
        ]
        queued = client.post("/v1/studies", json=asked).json()
        assert queued["study"]["warm_start"] == shown
        assert client.post("/v1/studies/validate", json=self.ASKED).json()["study"]["warm_start"] is None

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            (["0000000000000000"], "warm_start.0"),
            ("2acf4441ba40ae33", "warm_start"),
            ([], "warm_start"),
            (3, "warm_start"),
        ],
    )
    def test_from_what_is_no_ended_study_is_refused(self, client, asked, field):
        refused = client.post("/v1/studies/validate", json={**self.ASKED, "warm_start": asked})
        assert refused.status_code == 422
        assert [error["field"] for error in refused.json()["errors"]] == [field]


class TestACocktail:
    @pytest.fixture
    def mixed(self, client, worker):
        asked = {
            "dataset": "iris",
            "mode": "cocktail",
            "regularizers": ["l2", "dropout", "mixup"],
            "evaluation": {"folds": 3},
        }
        study = client.post("/v1/studies", json=asked).json()
        first = {"l2.strength": 0.01, "dropout.rate": 0.5}
        trials = [
            ("none", {}, 0.5),
            ("l2", {"strength": 1e-4}, 0.45),
            ("cocktail", first, 0.30),
            ("cocktail", first | {"l2.strength": 0.1}, 0.35),
            ("cocktail", {"dropout.rate": 0.5, "mixup.alpha": 0.2}, 0.40),
        ]
        worker.train(worker.claim(study["id"]), trials)
        return f"/v1/studies/{study['id']}"

    def test_the_best_is_a_mix_with_the_strengths_of_its_kinds(self, client, mixed):
        best = client.get(f"{mixed}/best").json()
        assert (best["regularizer"], best["strengths"]) == ("cocktail", {"l2.strength": 0.01, "dropout.rate": 0.5})
        assert client.get(f"{mixed}/best", params={"regularizer": "l2"}).json()["strengths"] == {"strength": 1e-4}

    def test_the_leaderboard_has_a_row_of_mixes_and_the_best_of_each_set(self, client, mixed):
        board = LeaderboardView.model_validate(client.get(f"{mixed}/leaderboard").json())
        assert [(entry.rank, entry.regularizer, entry.trial) for entry in board.entries] == [
            (1, "cocktail", 2),
            (2, "l2", 1),
            (3, "none", 0),
            (None, "dropout", None),
            (None, "mixup", None),
        ]
        assert board.entries[0].trials.complete == 3
        assert [(mix.rank, mix.ingredients, mix.trial) for mix in board.mixes] == [
            (1, ("l2", "dropout"), 2),
            (2, ("dropout", "mixup"), 4),
        ]
        assert board.mixes[0].difference_to_none == board.entries[0].difference_to_none

    def test_its_trials_are_listed_by_the_word_cocktail(self, client, mixed):
        items = client.get(f"{mixed}/trials", params={"regularizer": "cocktail"}).json()["items"]
        assert [trial["number"] for trial in items] == [2, 3, 4]
        assert len(client.get("/v1/best", params={"regularizer": "cocktail"}).json()["items"]) == 1

    def test_a_kind_alone_has_a_curve_and_a_mix_has_none(self, client, mixed):
        points = client.get(f"{mixed}/curve", params={"regularizer": "l2"}).json()["points"]
        assert [point["trial"] for point in points] == [1]
        refused = client.get(f"{mixed}/curve", params={"regularizer": "cocktail"})
        assert refused.status_code == 422
        assert "a mix has no single strength" in refused.text

    def test_a_study_of_single_kinds_has_no_mixes(self, client, trained):
        assert client.get(f"/v1/studies/{trained['id']}/leaderboard").json()["mixes"] == []
        refused = client.get(f"/v1/studies/{trained['id']}/best", params={"regularizer": "cocktail"})
        assert refused.status_code == 422

    def test_its_ingredients_come_with_its_verdict(self, client, worker, a_verdict, some_ingredients):
        asked = {"dataset": "iris", "mode": "cocktail", "regularizers": ["l2", "dropout"]}
        study = client.post("/v1/studies", json=asked).json()
        path = f"/v1/studies/{study['id']}/ingredients"
        early = client.get(path)
        assert (early.status_code, early.headers["Retry-After"]) == (409, "5")
        claim = worker.claim(study["id"])
        worker.train(claim, [("none", {}, 0.5), ("l2", {"strength": 0.01}, 0.4)])
        progress = FinalProgress(contenders=3, evaluations=40, evaluations_done=0)
        worker.store.finals.begin(claim, EndReason.BUDGET, progress, max_trials=None, running_seconds=3.0)
        view = some_ingredients(study["id"])
        verdict = a_verdict(study["id"]).model_copy(update={"ingredients": view})
        worker.store.finals.conclude(claim, verdict, test_part=None, running_seconds=4.0)
        assert IngredientsView.model_validate(client.get(path).json()) == view

    def test_its_ingredients_never_come_once_it_was_cancelled(self, client, mixed):
        client.post(f"{mixed}/cancel")
        answer = client.get(f"{mixed}/ingredients")
        assert (answer.status_code, "Retry-After" in answer.headers) == (409, False)
        assert answer.json()["type"] == "urn:ridgeline:problem:no_verdict"


def test_a_study_of_mode_single_has_no_ingredients(client, study):
    answer = client.get(f"/v1/studies/{study['id']}/ingredients")
    assert answer.status_code == 422
    (broken,) = answer.json()["errors"]
    assert (broken["field"], broken["value"]) == ("mode", "single")
    assert "ask for the study's verdict, or submit it again in mode cocktail" in broken["remedy"]
