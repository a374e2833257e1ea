"""What is listed of a segment: sizes by day, members, one customer's stays, overlap, what became of all."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

import polars as pl
import strawberry

from graphql_api.access.rows import limited_frame
from graphql_api.arguments import checked_text
from graphql_api.coded_errors import BadInputError
from graphql_api.figures.words import Ruling
from graphql_api.people.asked_moment import check_customer
from graphql_api.people.nested_rows import (
    NESTED_BY_DEFAULT,
    Info,
    Limit,
    Offset,
    dataset_rows,
    own_rows,
)
from graphql_api.people.segment_at import SegmentAt, check_held, held_segments, told_to
from graphql_api.queries.views import VIEW_MODELS
from graphql_api.scalars import BigInt
from graphql_api.told import told
from projections.metrics.persons import persons
from projections.storage.reader import StoredFacts
from projections.storage.row_security import limits_of_view
from projections.views.segments.day_views import SEGMENT_MEMBERS
from projections.views.segments.questions import became, overlap, sizes

MEMBERS = VIEW_MODELS[SEGMENT_MEMBERS.name]
ONE_DAY = timedelta(days=1)
SHOWN_DAYS, MOST_DAYS = 30, 1_000
MOST_OTHERS = 20

From = Annotated[
    date | None,
    strawberry.argument(description=f"The first local day; else {SHOWN_DAYS} days before `to`.", name="from"),
]
To = Annotated[
    date | None,
    strawberry.argument(description="The local day after the last (half-open); else today.", name="to"),
]
RulingAsked = Annotated[
    Ruling, strawberry.argument(description="By the definition of each day, or by today's for all time.")
]


@strawberry.type(description="How large a segment was at the end of a local day, and how many moved.")
class SegmentSize:
    day: date = told("The local day.")
    size: int | None = told("Who was in it at its end; null where too few to be told to the caller.")
    entered: int | None = told("How often somebody came in on the day; null where too few.")
    left: int | None = told("How often somebody left on the day; null where too few.")


@strawberry.type(description="One time that a customer was in a segment, and what moved them in and out.")
class SegmentStay:
    entered_at: datetime = told("When they came in.")
    entered_by: str = told("event, time (something left a window, or came into one) or definition.")
    entered_topic: str | None = told("The topic of the event that moved them, or whose window it was.")
    entered_stream: str | None = told("The stream of that event, a whole stream id.")
    entered_version: BigInt | None = told("Its number in that stream; null where facts keep none.")
    left_at: datetime | None = told("When they left; null: they are in it.")
    left_by: str | None = told("event, time or definition.")
    left_topic: str | None = told("The topic of the event that moved them, or whose window it was.")
    left_stream: str | None = told("The stream of that event, a whole stream id.")
    left_version: BigInt | None = told("Its number in that stream; null where facts keep none.")


@strawberry.type(description="How many customers are in two segments at once.")
class SegmentOverlap:
    segment: str = told("One segment.")
    other: str = told("The other; a segment stands beside itself as well.")
    both: int | None = told("Who is in both; null where too few to be told to the caller.")
    either: int | None = told("Who is in one of them at least; null where too few.")
    jaccard: float | None = told("Both over either, from 0 to 1; null where nobody is in either, or too few.")


@strawberry.type(description="How many of those who were in a segment came to the same end.")
class SegmentOutcome:
    outcome: str = told("still_in, back_in (left, and came again), left, churned or won_back.")
    customers: int | None = told("How many; null where too few to be told to the caller.")


async def sizes_listed(
    self: Any,
    info: Info,
    start: From = None,
    end: To = None,
    ruling: RulingAsked = Ruling.THEN,
) -> Any:
    segment: SegmentAt = self.segment
    role = info.context.caller.role

    def listed(facts: StoredFacts) -> pl.DataFrame:
        reading, found = segment.history(facts, ruling=ruling)
        days = _days(start, end, last=reading.day)
        told_of = sizes(found.intervals, reading, days).drop("segment")
        every = pl.DataFrame({"day": days}).join(told_of, on="day", how="left", maintain_order="left")
        return told_to(role, every.with_columns(pl.col("size", "entered", "left").fill_null(0)))

    return await own_rows(info, SegmentSize, listed, limit=MOST_DAYS)


async def members_listed(self: Any, info: Info, limit: Limit = NESTED_BY_DEFAULT, offset: Offset = 0) -> Any:
    segment: SegmentAt = self.segment

    def listed(_: StoredFacts) -> pl.DataFrame:
        check_held(segment.held, segment.name)
        rows = segment.held.members.filter(segment=segment.name)
        return limited_frame(rows, limits_of_view(SEGMENT_MEMBERS), segment.limits)

    return await dataset_rows(info, MEMBERS, listed, limit=limit, offset=offset)


async def stays_listed(
    self: Any,
    info: Info,
    customer_id: Annotated[str, strawberry.argument(description="Any pseudonym of theirs.")],
    ruling: RulingAsked = Ruling.THEN,
    limit: Limit = NESTED_BY_DEFAULT,
) -> Any:
    segment: SegmentAt = self.segment
    customer = checked_text("customerId", customer_id).removeprefix("customer-")
    info.context.looks.looked_at(customer)

    def listed(facts: StoredFacts) -> pl.DataFrame:
        reading, found = segment.history(facts, ruling=ruling)
        names = [one for one in persons(reading).everybody([customer]) if one is not None]
        check_customer(segment.limits, names)
        mine = found.intervals.filter(pl.col("customer_id").is_in(names)).sort("entered_at")
        return mine.drop("segment", "customer_id")

    return await own_rows(info, SegmentStay, listed, limit=limit)


async def overlaps_listed(
    self: Any,
    info: Info,
    others: Annotated[
        list[str], strawberry.argument(description=f"The others, up to {MOST_OTHERS}.", name="with")
    ],
) -> Any:
    segment: SegmentAt = self.segment
    role = info.context.caller.role
    names = list(dict.fromkeys([segment.name, *(checked_text("with", one) for one in others)]))
    if len(names) > MOST_OTHERS + 1:
        message = f"`with` names {len(names)} segments; it may name {MOST_OTHERS}"
        raise BadInputError(message, argument="with")

    def listed(facts: StoredFacts) -> pl.DataFrame:
        held = held_segments(facts, names, segment.held.day, now=segment.moment.now, argument="with")
        for name in names:
            check_held(held, name)
        return told_to(role, overlap(held.members, names))

    return await own_rows(info, SegmentOverlap, listed, limit=(MOST_OTHERS + 1) ** 2)


async def outcomes_listed(
    self: Any,
    info: Info,
    on: Annotated[date, strawberry.argument(description="Who was in it at this local day's end …")],
    later: Annotated[date, strawberry.argument(description="… and what they are at this one's.")],
) -> Any:
    segment: SegmentAt = self.segment
    role = info.context.caller.role

    def listed(facts: StoredFacts) -> pl.DataFrame:
        reading, found = segment.history(facts, ruling=Ruling.THEN)
        if not on <= later <= reading.day:
            message = f"`on` {on} comes before `later` {later}, and that not after {reading.day}"
            raise BadInputError(message, argument="later")
        return told_to(role, became(found, reading, segment.name, day=on, later=later))

    return await own_rows(info, SegmentOutcome, listed, limit=NESTED_BY_DEFAULT)


def _days(start: date | None, end: date | None, *, last: date) -> list[date]:
    """The local days asked for; the last that can be is the one in which the moment lies."""
    end = end or last
    start = start or end - SHOWN_DAYS * ONE_DAY
    if not start < end <= last + ONE_DAY:
        message = f"`from` {start} must lie before `to` {end}, and that not after {last + ONE_DAY}"
        raise BadInputError(message, argument="to")
    if (end - start).days > MOST_DAYS:
        raise BadInputError(f"`from` to `to` are over {MOST_DAYS:,} days", argument="from")
    return [start + number * ONE_DAY for number in range((end - start).days)]
