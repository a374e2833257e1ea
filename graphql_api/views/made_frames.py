"""Views made in memory for a moment, kept a while so that the pages of one list are not made one by one."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

import polars as pl
from graphql import GraphQLError
from psycopg.sql import SQL

from graphql_api.views.places import OfDay, OfMoment, Standing
from projections.facts import SPECS
from projections.storage.reader import StoredFacts
from projections.storage.shown_views import day_of_view, view_as_of
from projections.views.view import View

VIEW_TOO_LARGE = "VIEW_TOO_LARGE"
MOST_ROWS_READ = 4_000_000
"""Rows of facts of which a view is made while somebody waits: some seconds."""
MOST_FRAMES, MOST_ROWS_KEPT = 16, 500_000
LASTS = timedelta(seconds=60)
"""For how long what was made now is still as good as made now, if nothing was told since."""


@dataclass(frozen=True, kw_only=True)
class MadeFrame:
    """All rows of a view, of which day or moment they are, and the position that they were made at."""

    rows: pl.DataFrame
    standing: Standing
    position: int


@dataclass
class MadeFrames:
    """The frames that were asked for last; threads share it."""

    kept: OrderedDict[Hashable, MadeFrame] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def made(self, facts: StoredFacts, view: View, standing: Standing, *, now: datetime) -> MadeFrame:
        """As kept, else made of the facts.

        Raises DayNotOver, PositionNotReached, and GraphQLError where too many facts would have to be read.
        """
        key = _key(facts, view, standing)
        with self.lock:
            found = self.kept.get(key)
        if found is not None and _serves(found, standing):
            return found
        _check_size(facts, view)
        made = _make(facts, view, standing, now=now)
        self._keep(key, made)
        return made

    def _keep(self, key: Hashable, made: MadeFrame) -> None:
        with self.lock:
            self.kept[key] = made
            self.kept.move_to_end(key)
            while len(self.kept) > 1 and self._is_full():
                self.kept.popitem(last=False)

    def _is_full(self) -> bool:
        return (
            len(self.kept) > MOST_FRAMES
            or sum(frame.rows.height for frame in self.kept.values()) > MOST_ROWS_KEPT
        )


def moment_of(  # noqa: PLR0913 - the view and the coordinates of a moment, all by name
    facts: StoredFacts,
    view: View,
    *,
    now: datetime,
    as_of: datetime | None,
    known_at: datetime | None,
    position: int | None,
) -> OfMoment:
    """The moment asked for; without a position it is where the slowest of the view's facts stands."""
    reached = min(facts.position(fact) for fact in view.all_facts)
    return OfMoment(
        now=now, as_of=as_of, known_at=known_at, position=reached if position is None else position
    )


def _key(facts: StoredFacts, view: View, standing: Standing) -> Hashable:
    if isinstance(standing, OfDay):
        return view.name, standing, tuple(facts.position(fact) for fact in view.all_facts)
    return view.name, standing.as_of, standing.known_at, standing.position


def _serves(found: MadeFrame, standing: Standing) -> bool:
    if isinstance(standing, OfDay) or standing.as_of is not None:
        return True
    assert isinstance(found.standing, OfMoment)  # noqa: S101 - the key tells days and moments apart
    return timedelta() <= standing.now - found.standing.now < LASTS


def _check_size(facts: StoredFacts, view: View) -> None:
    tables = [SPECS[fact].table for fact in view.all_facts]
    statement = SQL(
        "select coalesce(sum(greatest(reltuples, 0)), 0)::bigint as rows from pg_class"
        " where oid = any(array(select to_regclass(named) from unnest({}::text[]) as named))"
    )
    rows = int(facts.database.query(statement.format(tables)).item())
    if rows > MOST_ROWS_READ:
        raise GraphQLError(
            f"{view.name} of that moment is not stored, and would be made of some {rows:,} rows of facts, "
            f"over {MOST_ROWS_READ:,}: store a day with `kefu refresh`, and ask for it by `day`",
            extensions={"code": VIEW_TOO_LARGE},
        )


def _make(facts: StoredFacts, view: View, standing: Standing, *, now: datetime) -> MadeFrame:
    if isinstance(standing, OfDay):
        shown = day_of_view(facts, view, standing.day, now=now)
        return MadeFrame(rows=shown.rows, standing=standing, position=shown.position)
    shown = view_as_of(
        facts,
        view,
        now=standing.now,
        as_of=standing.as_of,
        known_at=standing.known_at,
        position=standing.position,
    )
    return MadeFrame(rows=shown.rows, standing=standing, position=shown.position)
