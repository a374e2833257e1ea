"""Waiting for the projector: no day is stored before the facts hold all that the log held."""

import time
from collections.abc import Iterable, Sequence

from infra.stores import Store
from projections.storage.checkpoints import Checkpoint, checkpoints
from projections.storage.database import Database
from projections.storage.reader import NothingProjected

SECONDS_WITHOUT_A_STEP = 10.0
"""A projector that is alive moves its facts within this time."""
SECONDS_BETWEEN_LOOKS = 0.2


class FactsBehind(Exception):
    """A stored day is never rewritten: it is not stored while facts lack what was known by then."""

    def __init__(self, *, fact: str, position: int, highest: int, error: str | None) -> None:
        """Carry the slowest fact, where it stands and why, and where the log ended."""
        why = (
            f"it is stopped: {error}"
            if error
            else "run `kefu project`, or keep `kefu project --follow` running"
        )
        super().__init__(
            f"the fact {fact} stands at position {position}, and the log ends at {highest}: {why}"
        )
        self.fact, self.position, self.highest, self.error = fact, position, highest, error


def wait_until_projected(store: Store, database: Database, facts: Sequence[str], *, patience: float) -> int:
    """Return where the log ends, once the facts have come there.

    Raises FactsBehind where the slowest of them is stopped or has not moved for `patience` seconds, and
    NothingProjected.
    """
    highest = store.recorder().max_notification_id() or 0
    slowest, moved_at = slowest_of(places(database, facts)), time.monotonic()
    while slowest.position < highest:
        if slowest.error is not None or time.monotonic() - moved_at > patience:
            raise FactsBehind(
                fact=slowest.fact, position=slowest.position, highest=highest, error=slowest.error
            )
        time.sleep(SECONDS_BETWEEN_LOOKS)
        now = slowest_of(places(database, facts))
        moved_at = time.monotonic() if now.position > slowest.position else moved_at
        slowest = now
    return highest


def places(database: Database, facts: Sequence[str]) -> list[Checkpoint]:
    """Where the facts stand."""
    with database.transaction():
        found = checkpoints(database)
    if not set(facts) <= found.keys():
        raise NothingProjected
    return [found[fact] for fact in facts]


def slowest_of(found: Iterable[Checkpoint]) -> Checkpoint:
    return min(found, key=lambda place: place.position)
