"""A token is told once, kept as a hash, and can be taken back."""

import pytest

from ridgeline.errors import Conflict, NotFound
from ridgeline.store import database_path


def test_a_token_opens_until_it_is_revoked(desk):
    tokens = desk.store.tokens
    assert not tokens.exist()
    mine, other = tokens.create("mine"), tokens.create("other")
    assert tokens.exist()
    assert tokens.check(mine)
    assert tokens.check(other)
    tokens.revoke("mine")
    assert not tokens.check(mine)
    assert tokens.check(other)


@pytest.mark.parametrize("wrong", ["", "rl_", "nonsense", "é"])
def test_anything_else_opens_nothing(desk, wrong):
    token = desk.store.tokens.create("mine")
    for guess in (wrong, token[:-1], token + "x", token.upper()):
        assert not desk.store.tokens.check(guess)


def test_the_token_itself_is_never_stored(desk):
    token = desk.store.tokens.create("mine")
    stored = b"".join(path.read_bytes() for path in desk.data_dir.glob(f"{database_path(desk.data_dir).name}*"))
    assert b"mine" in stored
    assert token.encode() not in stored


def test_a_given_token_replaces_the_one_of_its_name(desk):
    desk.store.tokens.accept("first", "environment")
    desk.store.tokens.accept("second", "environment")
    assert [desk.store.tokens.check(token) for token in ("first", "second")] == [False, True]
    assert [facts.name for facts in desk.store.tokens.list()] == ["environment"]


def test_a_name_stands_for_one_token(desk):
    first = desk.store.tokens.create("mine")
    with pytest.raises(Conflict, match="'mine' exists"):
        desk.store.tokens.create("mine")
    assert desk.store.tokens.check(first)


def test_revoking_what_is_not_there_is_not_found(desk):
    with pytest.raises(NotFound, match="token 'mine'"):
        desk.store.tokens.revoke("mine")
