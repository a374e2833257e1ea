"""Stored days of a view held against what was noted of them, and the newest one against the facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from projections.storage.reader import StoredFacts
from projections.storage.view_tables import hash_of_day, read_view, stored_days
from projections.storage.views import kept_of, stored_partition
from projections.views.reading import ViewReading
from projections.views.refresh import day_end
from projections.views.view import View

NEWEST_DAYS = 7
"""Days whose rows are told apart again by one check; a refresh reads back every day that it touches."""


@dataclass(frozen=True, kw_only=True)
class StoredView:
    """The newest stored day of a view: its rows, and the moment at which they were made.

    `noted` are the hashes of the newest days; a view without stored days has no moment and no rows.
    """

    view: View
    noted: Mapping[date, int]
    reading: ViewReading | None
    rows: pl.DataFrame


@dataclass(frozen=True, kw_only=True)
class DaysHeldAgainst:
    """How many days were read, and those whose rows are not what they were, or not what the facts give."""

    read: int
    changed: tuple[date, ...]
    unlike_facts: tuple[date, ...]

    @property
    def is_equal(self) -> bool:
        return not self.changed and not self.unlike_facts


def newest_day(facts: StoredFacts, view: View, *, now: datetime) -> StoredView:
    """The newest stored day, in the snapshot of the facts; read as of, and as known at, its end."""
    newest = stored_days(facts.database, view).tail(NEWEST_DAYS)
    noted = dict(newest.select("day", "hash").rows())
    if newest.is_empty():
        return StoredView(view=view, noted=noted, reading=None, rows=pl.DataFrame(schema=view.schema))
    day, position = newest.select("day", "position").row(-1)
    ends = day_end(day, zone=facts.zone)
    reading = ViewReading(
        source=facts,
        now=now,
        as_of=ends,
        known_at=ends,
        at_position=position,
        kept=kept_of(facts.database, day),
    )
    return StoredView(view=view, noted=noted, reading=reading, rows=rows_of(facts, view, day))


def held_against_facts(facts: StoredFacts, newest: StoredView) -> DaysHeldAgainst:
    """Tell the rows of the newest days apart again, and make the newest of all from the facts once more."""
    view, reading = newest.view, newest.reading
    changed = tuple(
        day for day, noted in newest.noted.items() if hash_of_day(facts.database, view, day) != noted
    )
    unlike: tuple[date, ...] = ()
    if reading is not None:
        made = stored_partition(facts, view, reading.day, now=reading.now)
        unlike = () if made.rows.equals(newest.rows) else (reading.day,)
    return DaysHeldAgainst(read=len(newest.noted), changed=changed, unlike_facts=unlike)


def rows_of(facts: StoredFacts, view: View, day: date) -> pl.DataFrame:
    """The rows of a stored day."""
    rows = read_view(facts.database, view, day)
    return pl.DataFrame(schema=view.schema) if rows is None else rows
