"""Every error of ours is a problem of RFC 9457, in one wording."""

import math

import pytest

from ridgeline.errors import (
    ClaimLost,
    ImpossibleAction,
    Invalid,
    NotFound,
    NotReadyToServe,
    StoreUnavailable,
    Unauthorized,
    Violation,
)
from ridgeline.spec.problems import SHOWN_CHARACTERS, SHOWN_VIOLATIONS, problem_of, shown


@pytest.mark.parametrize(
    ("error", "status", "slug"),
    [
        (Invalid([Violation("seed", "must be at least 0", -1, "raise it")]), 422, "invalid"),
        (NotFound("study", "a"), 404, "not_found"),
        (ImpossibleAction("pause", "completed", ()), 409, "impossible_action"),
        (Unauthorized("a token is needed"), 401, "unauthorized"),
        (NotReadyToServe("the disk is full"), 503, "not_ready_to_serve"),
        (StoreUnavailable("database is locked"), 503, "store_unavailable"),
        (ClaimLost("a", 1), 500, "claim_lost"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_error_has_a_stable_name_a_status_and_its_own_words(error, status, slug) -> None:
    problem = problem_of(error, "/v1/studies")
    assert (problem.type, problem.status) == (f"urn:ridgeline:problem:{slug}", status)
    assert (problem.detail, problem.instance) == (str(error), "/v1/studies")
    assert problem.title == slug.replace("_", " ").capitalize()


def test_broken_rules_are_named_one_by_one() -> None:
    broken = Violation("seed", "must be at least 0", -1, "raise it")
    (told,) = problem_of(Invalid([broken]), "").errors
    assert (told.field, told.rule, told.value, told.remedy) == ("seed", "must be at least 0", -1, "raise it")


def test_a_huge_value_is_told_in_part_and_very_many_rules_are_not_all_told() -> None:
    problem = problem_of(Invalid([Violation("x", "is unknown", "y" * 10_000, "leave it out")] * 1000), "")
    assert len(problem.errors) == SHOWN_VIOLATIONS
    assert len(problem.errors[0].value) == SHOWN_CHARACTERS + 3
    assert len(problem.detail) < 2 * SHOWN_VIOLATIONS * SHOWN_CHARACTERS


@pytest.mark.parametrize("value", [math.nan, -math.inf, b"\xff", object(), "\ud800", {1: {2, 3}}])
def test_any_value_can_be_told(value) -> None:
    Invalid([Violation("x", "is odd", shown(value), "")])
    assert problem_of(Invalid([Violation("x", "is odd", value, "")]), "").model_dump_json()
