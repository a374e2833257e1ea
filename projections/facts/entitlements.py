"""One row per grant of free uses: how many, until when, and how many visits used.

A visit uses the grant that ends first: what a row says depends on the other grants and visits of its stream.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import reduce
from typing import Annotated, Any, ClassVar

import polars as pl

from domain.envelope import Event
from domain.member.entitlements import Grant, granted_by, used
from domain.member.events import MemberClubVisited, MemberEntitled
from projections.facts.member_enrolments import ENROLLED, with_enrolment
from projections.facts.row import First, Key, Row

ENTITLED, VISITED = "member.entitled", "member.club_visited"
BY_ENTITLEMENT = "entitlement"
CARRIED = ("originator_id", "originator_version", "occurred_at", "recorded_at", "kind")


class Entitlement(Row, stream="member", name="entitlements", version=1):
    """`used` counts the member and every guest; uses that no grant had are in no row."""

    WHOLE_STREAM = True
    WIDEN_FIELDS = ("programme", "customer_id", "unit", "guests", "settled_by")
    WIDENED: ClassVar[Mapping[str, pl.DataType]] = {"used": pl.Int64()}
    INDEXES = (("granted_at",), ("customer_id",))

    member: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    kind: Annotated[str | None, First(ENTITLED)]
    """What may be used free of charge, such as an airport lounge."""
    quantity: Annotated[int | None, First(ENTITLED)]
    """How often it may be used."""
    used: Annotated[int | None, First(ENTITLED, VISITED)]
    """How often it was used by now: by the member and by every guest."""
    until: Annotated[datetime | None, First(ENTITLED)]
    """Until when it may be used."""
    programme: Annotated[str | None, First(ENROLLED, ENTITLED)]
    customer_id: Annotated[str | None, First(ENROLLED, ENTITLED)]
    unit: Annotated[str | None, First(ENROLLED, ENTITLED)]
    tier: Annotated[str | None, First(ENTITLED)]
    campaign_id: Annotated[str | None, First(ENTITLED)]
    granted_at: Annotated[datetime | None, First(ENTITLED, field="occurred_at")]
    """When it was granted."""

    @staticmethod
    def widen(events: pl.DataFrame) -> pl.DataFrame:
        """Give every grant of whole streams its uses, and what the enrolment says."""
        grants = events.filter(pl.col("topic") == ENTITLED)
        row = ["originator_id", "originator_version"]
        counted = grants.join(_uses(events), on=row, how="left", maintain_order="left")
        return with_enrolment(counted.with_columns(pl.col("used").fill_null(0)), events)


def _uses(events: pl.DataFrame) -> pl.DataFrame:
    """[originator_id, originator_version, used] of the grants that visits used.

    Where one grant alone runs at a visit, it takes what it has; streams with several are the domain's.
    """
    grants, visits = _grants(events), _visits(events)
    runs = visits.join(grants, on=["originator_id", "kind"], suffix="_grant").filter(
        (pl.col("occurred_at_grant") < pl.col("occurred_at"))
        | (
            (pl.col("occurred_at_grant") == pl.col("occurred_at"))
            & (pl.col("position_grant") < pl.col("position"))
        ),
        pl.col("occurred_at") <= pl.col("until"),
    )
    shared = (
        runs.filter(pl.struct("position", "originator_id").is_duplicated()).select("originator_id").unique()
    )
    alone = runs.join(shared, on="originator_id", how="anti")
    return pl.concat([_of_one_grant(alone), _of_several(events.join(shared, on="originator_id", how="semi"))])


def _grants(events: pl.DataFrame) -> pl.DataFrame:
    return events.filter(pl.col("topic") == ENTITLED).select(
        "originator_id", "originator_version", "position", "occurred_at", "kind", "quantity", "until"
    )


def _visits(events: pl.DataFrame) -> pl.DataFrame:
    return events.filter(pl.col("topic") == VISITED, pl.col("settled_by") == BY_ENTITLEMENT).select(
        "originator_id", "position", "occurred_at", "kind", needed=1 + pl.col("guests").clip(lower_bound=0)
    )


def _of_one_grant(runs: pl.DataFrame) -> pl.DataFrame:
    granted = pl.col("quantity").first().clip(lower_bound=0)
    return runs.group_by("originator_id", "originator_version").agg(
        used=pl.min_horizontal(pl.col("needed").sum(), granted)
    )


def _of_several(events: pl.DataFrame) -> pl.DataFrame:
    schema = {"originator_id": pl.String(), "originator_version": pl.Int64(), "used": pl.Int64()}
    told = events.filter(pl.col("topic").is_in([ENTITLED, VISITED])).sort("occurred_at", "position")
    streams = told.partition_by("originator_id", maintain_order=True)
    rows = [row for stream in streams for row in _used_in(list(stream.iter_rows(named=True)))]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _used_in(told: list[dict[str, Any]]) -> Iterator[tuple[str, int, int]]:
    """Take the visits of one stream in order, as the domain does."""
    none: tuple[Grant, ...] = ()
    grants = reduce(_next, map(_event, told), none)
    entitled = (row for row in told if row["topic"] == ENTITLED)
    for row, grant in zip(entitled, grants, strict=True):
        yield row["originator_id"], row["originator_version"], grant.used


def _next(grants: tuple[Grant, ...], event: Event) -> tuple[Grant, ...]:
    if isinstance(event, MemberEntitled):
        return (*grants, granted_by(event))
    return used(grants, event) if isinstance(event, MemberClubVisited) else grants


def _event(row: dict[str, Any]) -> Event:
    carried = {
        name: row[name]
        for name in ("originator_id", "originator_version", "occurred_at", "recorded_at", "kind")
    }
    if row["topic"] == ENTITLED:
        return MemberEntitled(**carried, source="", quantity=row["quantity"], until=row["until"])
    return MemberClubVisited(
        **carried, source="", partner_id="", guests=row["guests"], settled_by=row["settled_by"]
    )
