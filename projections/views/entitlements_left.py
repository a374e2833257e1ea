"""Which entitlements are left, and whose: every membership with free uses that still can be made."""

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from projections.facts.entitlements import BY_ENTITLEMENT
from projections.views.listed import LISTED_FACTS, listed_customers, member_id
from projections.views.reading import ViewReading
from projections.views.view import Figure, Reconciliation, View

KEYS = ("customer_id", "member_id", "kind")
HELD = ("member", "kind")


@dataclass(frozen=True, kw_only=True)
class EntitlementsLeft:
    """Free uses of a kind that a membership has left, out of all its grants that still run.

    The uses of the grant that ends first go first.
    """

    customer_id: str | None
    member_id: str
    kind: str | None
    """What may be used free of charge, such as an airport lounge."""
    programme: str | None
    unit: str | None
    granted: int
    """Uses of these grants."""
    used: int
    """Of these, used by now, one for the member and each guest."""
    left: int
    """Of these, still to be used."""
    next_ends_at: datetime
    """When the next of these grants ends."""
    next_left: int
    """How many uses are over then, if nobody comes."""


def entitlements_left(reading: ViewReading) -> pl.DataFrame:
    """The memberships of everybody who is not erased, as of a moment."""
    running = _running(reading).filter(pl.col("left").sum().over(HELD) > 0)
    counted = running.group_by(HELD).agg(
        *(pl.col(name).drop_nulls().first() for name in ("programme", "unit", "customer_id")),
        granted=pl.col("quantity").sum(),
        used=pl.col("used").sum(),
        left=pl.col("left").sum(),
        granted_at=pl.col("granted_at").min(),
    )
    found = counted.join(_next_to_end(running), on=HELD, nulls_equal=True)
    return listed_customers(reading, found.with_columns(member_id()), at="granted_at")


def _running(reading: ViewReading) -> pl.DataFrame:
    """Grants that have not ended, in order of their making, with the uses `left`."""
    columns = ("granted_at", "until", "quantity", "used", "kind", "programme", "unit", "customer_id")
    grants = reading.facts("entitlements", columns=columns, time=("until", reading.reference, None))
    left = (pl.col("quantity") - pl.col("used")).clip(lower_bound=0)
    return grants.with_columns(left=left).sort("granted_at", "version")


def _next_to_end(running: pl.DataFrame) -> pl.DataFrame:
    """[member, kind, next_ends_at, next_left]: the uses that are over at the next end."""
    usable = running.filter(pl.col("left") > 0)
    return (
        usable.filter(pl.col("until") == pl.col("until").min().over(HELD))
        .group_by(HELD)
        .agg(next_ends_at=pl.col("until").first(), next_left=pl.col("left").sum())
    )


def uses_left(rows: pl.DataFrame, _: date) -> float:
    """How many free uses members have left in all."""
    return float(rows["left"].sum())


def beyond_visits(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """Members with more uses than visits since the first running grant: [member_id, kind, used, visited]."""
    grants = _running(reading).group_by(HELD).agg(pl.col("granted_at").min())
    visits = reading.facts("club_visits", columns=("kind", "guests", "settled_by", "visited_at"))
    since = visits.filter(pl.col("settled_by") == BY_ENTITLEMENT).join(grants, on=HELD, nulls_equal=True)
    uses = 1 + pl.col("guests").clip(lower_bound=0)
    visited = (
        since.filter(pl.col("visited_at") >= pl.col("granted_at")).group_by(HELD).agg(visited=uses.sum())
    )
    found = visited.select(member_id(), "kind", "visited")
    both = rows.join(found, on=("member_id", "kind"), how="left", nulls_equal=True)
    beyond = both.with_columns(pl.col("visited").fill_null(0)).filter(pl.col("used") > pl.col("visited"))
    return beyond.select("member_id", "kind", "used", "visited")


ENTITLEMENTS_LEFT = View(
    name="entitlements_left",
    version=1,
    row=EntitlementsLeft,
    keys=KEYS,
    time="next_ends_at",
    facts=("entitlements", "club_visits", *LISTED_FACTS),
    make=entitlements_left,
    name_en="entitlements left",
    name_zh="剩余权益",
    figure=Figure(name="uses_left", value=uses_left, lowest=0.0),
    ranges={
        "something_is_left": pl.col("left") > 0,
        "next_is_part_of_what_is_left": pl.col("next_left").is_between(1, pl.col("left")),
        "used_and_left_is_what_was_granted": pl.col("used") + pl.col("left") == pl.col("granted"),
    },
    reconciliations=(
        Reconciliation(
            name="visits",
            meaning="uses of running grants <= those of visits by entitlement since the first of them",
            differences=beyond_visits,
        ),
    ),
)
