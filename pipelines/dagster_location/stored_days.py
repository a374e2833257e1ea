"""Stored days of a view held against what was noted of them, and the newest one against the facts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from projections.storage.database import open_database
from projections.storage.reader import stored_facts
from projections.storage.view_tables import hash_of_day, stored_days
from projections.storage.views import differing_rows, stored_partition
from projections.views.view import View

NEWEST_DAYS = 31
"""Days read again by one check; a refresh reads back every day that it touches."""


@dataclass(frozen=True, kw_only=True)
class DaysHeldAgainst:
    """How many days were read, and those whose rows are not what they were, or not what the facts give."""

    read: int
    changed: tuple[date, ...]
    unlike_facts: tuple[date, ...]

    @property
    def is_equal(self) -> bool:
        return not self.changed and not self.unlike_facts


def hold_against_facts(conninfo: str, view: View, *, now: datetime) -> DaysHeldAgainst:
    """Read the newest stored days of a view again, and make the newest of all from the facts once more."""
    with open_database(conninfo) as database:
        newest = stored_days(database, view).tail(NEWEST_DAYS)
        noted = dict(newest.select("day", "hash").rows())
        changed = tuple(day for day in noted if hash_of_day(database, view, day) != noted[day])
    with stored_facts(conninfo) as facts:
        unlike = tuple(
            day
            for day in last_of(noted)
            if differing_rows(conninfo, view, stored_partition(facts, view, day, now=now))
        )
    return DaysHeldAgainst(read=len(noted), changed=changed, unlike_facts=unlike)


def last_of(days: Iterable[date]) -> list[date]:
    """The last day, if there is any."""
    return sorted(days)[-1:]
