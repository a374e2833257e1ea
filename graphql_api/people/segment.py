"""A saved segment: how it reads, how many are in it, and whether that is as fresh as it should be."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField

from graphql_api.access.rows import Limits, limited_frame
from graphql_api.arguments import argument, checked_text
from graphql_api.people.asked_moment import asked_moment, limits_of, moment_arguments
from graphql_api.people.nested_rows import Info, list_of, nested
from graphql_api.people.segment_at import READERS_OF_MEMBERS, SegmentAt, held_segments, told_to
from graphql_api.people.segment_lists import (
    MEMBERS,
    SHOWN_DAYS,
    SegmentOutcome,
    SegmentOverlap,
    SegmentSize,
    SegmentStay,
    members_listed,
    outcomes_listed,
    overlaps_listed,
    sizes_listed,
    stays_listed,
)
from graphql_api.permissions import READERS_OF_FIGURES
from graphql_api.scalars import BigInt, Json
from graphql_api.told import told
from projections.storage.held_segments import MADE_NOW
from projections.storage.reader import StoredFacts
from projections.storage.row_security import limits_of_view
from projections.views.segments.day_views import FAILED, SEGMENTS
from projections.views.segments.definitions import saved_segments

READERS = READERS_OF_FIGURES
STALE = "stale since "


@strawberry.type(description="A saved segment of customers, at the end of one local day.")
class Segment:
    name: str = told("Its name in the organisation's rules.")
    day: date = told("The local day at whose end it is told who is in it.")
    title: str | None = told("What people call it.")
    defined_from: date = told("The day from which the definition in force holds.")
    definition: Json | None = told("The definition in force on the day, as saved; null: not told yet.")
    status: str = told(
        "ok (as stored), stale (a later day should be stored), made_now (the day is not stored), failed."
    )
    stale_since: date | None = told("The first day that should be stored and is not; null where none.")
    failure: str | None = told("Why it could not be evaluated; null where it was.")
    size: int | None = told("Who is in it; null where it failed, or too few to be told to the caller.")
    entered: int | None = told("How often somebody came in on the day; null as for size.")
    left: int | None = told("How often somebody left on the day; null as for size.")
    position: BigInt = told("Its history is told from the log up to here.")
    segment: strawberry.Private[SegmentAt]
    sizes: Any = nested(
        sizes_listed,
        kind=list_of(SegmentSize),
        description=f"Its size day by day, by default of the last {SHOWN_DAYS} days, as known now.",
        readers=READERS,
    )
    members: Any = nested(
        members_listed,
        kind=list_of(MEMBERS.row_type),
        description="Who is in it, since when, and what brought them in.",
        readers=READERS_OF_MEMBERS,
    )
    entries: Any = nested(
        stays_listed,
        kind=list_of(SegmentStay),
        description="Each time that one customer was in it, the earliest first, and what moved them.",
        readers=READERS_OF_MEMBERS,
    )
    overlap: Any = nested(
        overlaps_listed,
        kind=list_of(SegmentOverlap),
        description="How many are in it and in others at once, for every pair, at the same day's end.",
        readers=READERS,
    )
    became: Any = nested(
        outcomes_listed,
        kind=list_of(SegmentOutcome),
        description="What became of those who were in it.",
        readers=READERS,
    )


async def find_segment(info: Info, name: str, given: dict[str, Any]) -> Segment:
    """Raises BadInputError for a name that was never saved, and a day on which it was not there."""
    context = info.context
    limits = await limits_of(context)
    return await context.services.ask_facts(
        lambda facts: _found(facts, name, given, info=info, limits=limits)
    )


def _found(
    facts: StoredFacts, name: str, given: dict[str, Any], *, info: Info, limits: Limits | None
) -> Segment:
    now = info.context.now
    asked = asked_moment(facts, given, reads=SEGMENTS.all_facts, now=now)
    held = held_segments(facts, [name], given["day"], now=now, argument="name")
    rows = pl.DataFrame(held.segments, infer_schema_length=None)
    limited_frame(rows, limits_of_view(SEGMENTS), limits)
    (row,) = told_to(info.context.caller.role, rows).to_dicts()
    dated = saved_segments(asked.reading(facts)).body(name, on=held.day)
    return Segment(
        name=name,
        day=held.day,
        title=row["title"],
        defined_from=row["defined_from"],
        definition=Json(json.loads(dated[1])) if dated else None,
        status=_status(row),
        stale_since=_stale_since(row),
        failure=row["failure"],
        size=row["size"],
        entered=row["entered"],
        left=row["left"],
        position=BigInt(asked.position),
        segment=SegmentAt(name=name, held=held, moment=asked, limits=limits),
    )


def _status(row: dict[str, Any]) -> str:
    if row["status"] == FAILED:
        return FAILED
    if row["state"] == MADE_NOW:
        return "made_now"
    return "stale" if row["state"].startswith(STALE) else "ok"


def _stale_since(row: dict[str, Any]) -> date | None:
    state = row["state"]
    return date.fromisoformat(state.removeprefix(STALE)) if state.startswith(STALE) else None


class AskedSegment(FieldExtension):
    """Gives the root field `segment` its arguments, and the segment that they find."""

    def apply(self, field: StrawberryField) -> None:
        field.arguments = [
            argument("name", str, "The segment's name."),
            argument(
                "day",
                date | None,
                "At the end of this local day; else of the last stored one. Its history is not of the day, "
                "but of the moment.",
                default=None,
            ),
            *moment_arguments(),
        ]

    async def resolve_async(
        self, next_: Callable[..., Any], source: Any, info: Info, **given: Any
    ) -> Segment:
        return await find_segment(info, checked_text("name", given["name"]), given)
