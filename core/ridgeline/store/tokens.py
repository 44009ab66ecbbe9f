"""Who may ask: bearer tokens, of which only the SHA-256 is kept."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, exists, insert, select

from ridgeline.errors import Conflict, NotFound
from ridgeline.store.database import Database
from ridgeline.store.rows import moment
from ridgeline.store.tables import tokens

PREFIX = "rl_"
"""Starts every token that we make, so that a secret scanner can know one."""


@dataclass(frozen=True)
class TokenFacts:
    """What may be told of a token."""

    name: str
    created_at: datetime


class Tokens:
    """The tokens that open the service."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    def create(self, name: str) -> str:
        """Make a token; it is told here and never again.

        Raises:
            Conflict: the name is taken.
        """
        plaintext = PREFIX + secrets.token_urlsafe(32)
        with self._database.write() as connection:
            if connection.execute(select(tokens.c.name).where(tokens.c.name == name)).first():
                raise Conflict(f"a token's name must be new but {name!r} exists; revoke it first or take another name")
            self._insert(connection, name, plaintext)
        return plaintext

    def accept(self, plaintext: str, name: str) -> None:
        """Let in whoever brings this token; it replaces the one of the same name."""
        with self._database.write() as connection:
            connection.execute(delete(tokens).where(tokens.c.name == name))
            self._insert(connection, name, plaintext)

    def check(self, plaintext: str) -> bool:
        """Whether it is one of the tokens; takes as long for a near miss as for a far one."""
        digest = _digest(plaintext)
        with self._database.read() as connection:
            known = connection.execute(select(tokens.c.digest)).scalars().all()
        return any([hmac.compare_digest(digest, other) for other in known])  # noqa: C419  # looks at all of them

    def exist(self) -> bool:
        """Whether there is a token at all."""
        with self._database.read() as connection:
            return bool(connection.execute(select(exists(tokens.select()))).scalar())

    def list(self) -> tuple[TokenFacts, ...]:
        """Every token by name."""
        with self._database.read() as connection:
            rows = connection.execute(select(tokens).order_by(tokens.c.name)).all()
        return tuple(TokenFacts(row.name, moment(row.created_at)) for row in rows)

    def revoke(self, name: str) -> None:
        """Let a token in no more.

        Raises:
            NotFound: no token has this name.
        """
        with self._database.write() as connection:
            if connection.execute(delete(tokens).where(tokens.c.name == name)).rowcount == 0:
                raise NotFound("token", name)

    def _insert(self, connection: Connection, name: str, plaintext: str) -> None:
        connection.execute(insert(tokens).values(name=name, digest=_digest(plaintext), created_at=self._clock()))


def _digest(plaintext: str) -> str:
    return hashlib.sha256(plaintext.encode()).hexdigest()
