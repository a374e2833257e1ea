"""The rows of a view as somebody asks for them: of a day as it is stored, or made as of any moment."""

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from projections.storage.reader import StoredFacts
from projections.storage.view_tables import read_view, stored_days
from projections.storage.views import stored_partition
from projections.views.view import View


@dataclass(frozen=True, kw_only=True)
class ShownView:
    """All rows in the order of their keys, the position they were made at, and whether they were stored."""

    rows: pl.DataFrame
    position: int
    is_stored: bool


def day_of_view(source: StoredFacts, view: View, day: date, *, now: datetime) -> ShownView:
    """The end of a local day on both clocks: the stored rows, else what the facts give; raises DayNotOver."""
    rows = read_view(source.database, view, day)
    if rows is None:
        made = stored_partition(source, view, day, now=now)
        return ShownView(rows=made.rows, position=made.position, is_stored=False)
    noted = stored_days(source.database, view).filter(pl.col("day") == day)
    return ShownView(rows=rows, position=int(noted["position"].item()), is_stored=True)


def view_as_of(  # noqa: PLR0913 - the view and the coordinates of a moment, all by name
    source: StoredFacts,
    view: View,
    *,
    now: datetime,
    as_of: datetime | None,
    known_at: datetime | None,
    position: int | None,
) -> ShownView:
    """Made from the facts at the lowest of their positions; moments are exclusive, null is now.

    Raises PositionNotReached.
    """
    reached = {source.position(fact) for fact in view.all_facts}
    asked = min(reached) if position is None and len(reached) > 1 else position
    rows = view.rows(source, now=now, as_of=as_of, known_at=known_at, position=asked)
    return ShownView(rows=rows, position=min(reached) if asked is None else asked, is_stored=False)
