"""Two views of a day: who is in which segment and since when; every segment with its size or failure."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any, Protocol, runtime_checkable

import polars as pl

from domain.organisation.segments import SEGMENT
from projections.views.churn_risk import CHURN_RISK
from projections.views.customer_360 import CUSTOMER_360
from projections.views.reading import ViewReading
from projections.views.segments.aging import aging
from projections.views.segments.everybody import BEGINNING
from projections.views.segments.fields import FIELDS, PREFIXES, all_facts
from projections.views.segments.memberships import Memberships, memberships
from projections.views.segments.sources import SOURCES
from projections.views.view import Figure, Reconciliation, View

OK, FAILED = "ok", "failed"
READ = tuple(
    dict.fromkeys(
        (
            *("organisation_rules", "customer_links", "customers"),
            *all_facts([*FIELDS.values(), *(prefix("") for prefix in PREFIXES.values())]),
            *(fact for source in SOURCES.values() for fact in source.facts),
        )
    )
)


@runtime_checkable
class KeepsAnswers(Protocol):
    """A source that works out what is asked of its snapshot once."""

    def once(self, question: Hashable, make: Callable[[], Any]) -> Any:
        """The answer, made now if nobody asked before."""


@dataclass(frozen=True, kw_only=True)
class SegmentMember:
    """Somebody in a segment at the moment, and what brought them in."""

    segment: str
    customer_id: str
    """The pseudonym that stands for all of the person's."""
    entered_at: datetime
    """When they came in."""
    entered_by: str
    """event, time (something left a window, or came into one) or definition."""
    entered_topic: str | None
    """The topic of the event that brought them in, or whose window it was."""
    entered_stream: str | None
    """The stream of that event, a whole stream id."""
    entered_version: int | None
    """Its number in that stream; null where facts keep none."""


@dataclass(frozen=True, kw_only=True)
class SegmentOfDay:
    """A saved segment as it reads on the day; one that fails has no size and says why."""

    segment: str
    title: str | None
    """What people call it; null where it has no title."""
    defined_from: date
    """The day from which the definition in force holds."""
    status: str
    """ok or failed."""
    failure: str | None
    """Why it could not be read; null where it was."""
    size: int | None
    """Who is in it at the moment; null where it failed."""
    entered: int | None
    """How often somebody came in on this local day, twice of whoever came twice; null where it failed."""
    left: int | None
    """How often somebody left on this local day; null where it failed."""


def segment_members(reading: ViewReading) -> pl.DataFrame:
    """One row per segment and customer in it at the moment of the reading."""
    rows = _since_the_day_began(reading).at(reading)
    mine = reading.customers
    return rows if mine is None else rows.filter(pl.col("customer_id").is_in(mine))


def segments(reading: ViewReading) -> pl.DataFrame:
    """One row per segment that the organisation has on the reading's day.

    A reading of some customers, among whom are all who moved that day, counts the others by its members.
    """
    told = _since_the_day_began(reading)
    if reading.customers is None:
        return of_day(told, reading)
    members = replace(reading, customers=None).view(SEGMENT_MEMBERS, columns=())
    return of_day(told, reading, members=members)


def _since_the_day_began(reading: ViewReading) -> Memberships:
    """Who was in a segment at any time of the reading's day; made once for both views, where a source can."""
    since = reading.begin_of(reading.day)
    make = partial(memberships, reading, since=since)
    if not isinstance(reading.source, KeepsAnswers):
        return make()
    moment = (reading.as_of, reading.known_at, reading.at_position)
    answer: Memberships = reading.source.once(("memberships", *moment, reading.customers), make)
    return answer


def of_day(told: Memberships, reading: ViewReading, *, members: pl.DataFrame | None = None) -> pl.DataFrame:
    """Every segment's size, and what moved on the day, as [segment, title, defined_from, status, …].

    `members` are the day's, where `told` is of some only.
    """
    begin = reading.begin_of(reading.day)
    counts = told.intervals.group_by("segment").agg(
        entered=(pl.col("entered_at") >= begin).sum(), left=(pl.col("left_at") >= begin).sum()
    )
    inside = told.at(reading) if members is None else members
    sizes = inside.group_by("segment").agg(size=pl.len())
    rows = pl.DataFrame(
        [_row(told, name, reading.day) for name in told.definitions.names(on=reading.day)],
        SEGMENT_ROW,
        orient="row",
    )
    met = rows.join(sizes, on="segment", how="left").join(counts, on="segment", how="left")
    is_ok = pl.col("status") == OK
    return met.with_columns(
        pl.when(is_ok).then(pl.col(name).fill_null(0)).alias(name) for name in ("size", "entered", "left")
    )


SEGMENT_ROW = {
    "segment": pl.String(),
    "title": pl.String(),
    "defined_from": pl.Date(),
    "status": pl.String(),
    "failure": pl.String(),
}


def _row(told: Memberships, name: str, day: date) -> tuple[object, ...]:
    failure = told.failures.get(name)
    dated = told.definitions.body(name, on=day)
    return (
        name,
        told.definitions.title(name, on=day),
        dated and dated[0],
        FAILED if failure else OK,
        failure,
    )


def differing_sizes(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """Segments of which the day's members are not as many as their size says."""
    counted = reading.view(SEGMENT_MEMBERS).group_by(SEGMENT).agg(members=pl.len().cast(pl.Int64))
    met = rows.select(SEGMENT, "size").join(counted, on=SEGMENT, how="full", coalesce=True)
    return met.filter(pl.col("size").fill_null(0) != pl.col("members").fill_null(0))


def erased_members(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """Members who were erased."""
    erased = reading.facts(
        "customers", columns=["erased_at"], time=("erased_at", BEGINNING, None), envelope=False
    )
    gone = erased.select(customer_id=pl.col("customer").str.strip_prefix("customer-"))
    return rows.join(gone, on="customer_id", how="semi")


def failing(rows: pl.DataFrame, _: date) -> float:
    """How many segments fail."""
    return float(rows.filter(status=FAILED).height)


SEGMENT_MEMBERS = View(
    name="segment_members",
    version=1,
    row=SegmentMember,
    keys=("segment", "customer_id"),
    time="entered_at",
    facts=READ,
    make=segment_members,
    name_en="members of segments",
    name_zh="客户分群成员",
    views=(CUSTOMER_360, CHURN_RISK),
    ranges={"entered_by_is_known": pl.col("entered_by").is_in(["event", "time", "definition"])},
    reconciliations=(
        Reconciliation(
            name="nobody_erased", meaning="No member of a segment was erased.", differences=erased_members
        ),
    ),
    aging=aging,
)
SEGMENTS = View(
    name="segments",
    version=1,
    row=SegmentOfDay,
    keys=("segment",),
    facts=READ,
    make=segments,
    name_en="segments",
    name_zh="客户分群",
    views=(SEGMENT_MEMBERS,),
    figure=Figure(name="failing_segments", value=failing, lowest=0.0),
    ranges={
        "failed_ones_say_why": (pl.col("status") == OK) == pl.col("failure").is_null(),
        "failed_ones_have_no_size": (pl.col("status") == OK) == pl.col("size").is_not_null(),
    },
    reconciliations=(
        Reconciliation(
            name="sizes_are_members",
            meaning="A segment has as many members on the day as its size says.",
            differences=differing_sizes,
        ),
    ),
    aging=aging,
)
