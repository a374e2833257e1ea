"""Legal holds: who may not be erased, why, and since when."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import Connection

from infra.key_store.key_database import KeyDatabase
from infra.key_store.subject_keys import SubjectErasedError, erased_among

INSERT_HOLD = """
insert into legal_hold (subject, reason, placed_at)
values (%s, %s, now())
on conflict (subject) where lifted_at is null do nothing
"""
LIFT_HOLD = "update legal_hold set lifted_at = now() where subject = %s and lifted_at is null"
SELECT_HOLDS = """
select subject, reason, placed_at
from legal_hold
where lifted_at is null
order by placed_at, subject
"""
SELECT_HELD = """
select subject, reason, placed_at
from legal_hold
where lifted_at is null and subject = any(%s::text[])
order by subject
"""


class Hold(NamedTuple):
    """Why a subject may not be erased, and since when."""

    subject: str
    reason: str
    placed_at: datetime


class UnderLegalHoldError(Exception):
    """Nobody is erased who is kept for a reason of law."""

    def __init__(self, *, holds: Sequence[Hold]) -> None:
        told = "; ".join(f"{hold.subject} since {hold.placed_at:%Y-%m-%d}: {hold.reason}" for hold in holds)
        super().__init__(f"a legal hold forbids the erasure ({told}); lift it first")
        self.holds = tuple(holds)


class LegalHolds(KeyDatabase):
    """Places and lifts holds; one stands per subject at a time."""

    def place_hold(self, subject: str, reason: str) -> bool:
        """Keep the subject from being erased; False if it is held already, SubjectErasedError if too late."""
        with self.alone() as connection:
            if erased_among(connection, [subject]):
                raise SubjectErasedError(subject=subject)
            return connection.execute(INSERT_HOLD, (subject, reason)).rowcount > 0

    def lift_hold(self, subject: str) -> bool:
        """Let the subject be erased again; False if nothing held it."""
        with self.alone() as connection:
            return connection.execute(LIFT_HOLD, (subject,)).rowcount > 0

    def holds(self) -> list[Hold]:
        """Every standing hold, the oldest first."""
        with self._pool.connection() as connection:
            return [Hold(*row) for row in connection.execute(SELECT_HOLDS).fetchall()]

    def held(self, subjects: Iterable[str]) -> dict[str, str]:
        """The reason of each of the subjects that is held."""
        with self._pool.connection() as connection:
            return {hold.subject: hold.reason for hold in holds_on(connection, subjects)}


def holds_on(connection: Connection[Any], subjects: Iterable[str]) -> list[Hold]:
    """The holds that stand on any of the subjects."""
    found = connection.execute(SELECT_HELD, (sorted(set(subjects)),)).fetchall()
    return [Hold(*row) for row in found]
