"""A segment as it is asked about: how it was held at a day's end, and its history as of a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
from graphql import GraphQLError

from graphql_api.access.readers import readers_of_view
from graphql_api.access.rows import Limits
from graphql_api.access.small_cells import FEWEST_TOLD, withheld
from graphql_api.coded_errors import BadInputError
from graphql_api.figures.words import Ruling
from graphql_api.people.asked_moment import AskedMoment
from projections.storage.held_segments import Held, SegmentFailed, SegmentNotThere, held_on
from projections.storage.reader import StoredFacts
from projections.views.reading import ViewReading
from projections.views.segments.day_views import SEGMENT_MEMBERS
from projections.views.segments.definitions import Unreadable
from projections.views.segments.memberships import Memberships, memberships

SEGMENT_FAILED = "SEGMENT_FAILED"
READERS_OF_MEMBERS = readers_of_view(SEGMENT_MEMBERS)
COUNTS = ("size", "entered", "left", "both", "either", "customers")
TOGETHER = (("entered", "left"), ("both", "either"))
"""Counts of which one follows from the other and from sizes: what came in, from the size and who left."""


@dataclass(frozen=True, kw_only=True)
class SegmentAt:
    """A segment as it was held at a day's end; its history is of a moment."""

    name: str
    held: Held
    moment: AskedMoment
    limits: Limits | None

    def history(self, facts: StoredFacts, *, ruling: Ruling) -> tuple[ViewReading, Memberships]:
        """Who belonged when, as known at the moment; raises GraphQLError where it cannot be evaluated."""
        reading = self.moment.reading(facts)
        found = memberships(reading, [self.name], ruling="today" if ruling is Ruling.TODAY else "then")
        if self.name in found.failures:
            raise failed(f"segment {self.name!r} fails: {found.failures[self.name]}")
        return reading, found


def held_segments(
    facts: StoredFacts, names: Sequence[str], day: date | None, *, now: datetime, argument: str
) -> Held:
    """Segments at the end of a local day, by default of the last stored one.

    Raises BadInputError about `argument` for an unknown name, about `day` where one was not there yet or the
    day is not over.
    """
    try:
        return held_on(facts, names, day, now=now)
    except Unreadable as error:
        raise BadInputError(str(error), argument=argument) from error
    except SegmentNotThere as error:
        raise BadInputError(str(error), argument="day") from error


def check_held(held: Held, name: str) -> None:
    """Raises GraphQLError where the segment failed: nobody is no answer then."""
    try:
        held.state_of(name)
    except SegmentFailed as error:
        raise failed(str(error)) from error


def failed(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": SEGMENT_FAILED})


def told_to(role: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Counts as a role is told them: who may not see people is told none from 1 to 4, nor what gives it away.

    Outcomes add up to a size, and are withheld as any table is.
    """
    if role in READERS_OF_MEMBERS:
        return rows
    if "outcome" in rows.columns:
        kept = withheld(rows.rename({"customers": "people"}), axes=["outcome"]).is_null()
        return rows.with_columns(customers=pl.when(kept).then("customers"))
    is_told = {name: ~pl.col(name).is_between(1, FEWEST_TOLD - 1) for name in COUNTS if name in rows.columns}
    for one, other in TOGETHER:
        if one in is_told:
            is_told[one] = is_told[other] = is_told[one] & is_told[other]
    if "size" in is_told:  # and who moved on a day tells its size by that of the day before
        sized = is_told["size"].fill_null(value=True)
        is_told |= {name: is_told[name] & sized & sized.shift(1, fill_value=True) for name in TOGETHER[0]}
    if "jaccard" in rows.columns:
        is_told["jaccard"] = is_told["both"]
    return rows.with_columns(pl.when(kept).then(name).alias(name) for name, kept in is_told.items())
