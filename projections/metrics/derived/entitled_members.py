"""Members in each period with the kinds of entitlement that they held in it, and their visits of it."""

from datetime import datetime

import polars as pl

from projections.facts.spec import ENVELOPE, UTC
from projections.metrics.derived.derived import Derived, Reading

SCHEMA: dict[str, pl.DataType] = {
    "kind": pl.String(),
    "period_start": UTC,
    "visits": pl.Int64(),
    "programme": pl.String(),
    "unit": pl.String(),
    "customer_id": pl.String(),
}
HELD = ["member", "kind"]
CARRIED = ("programme", "unit", "customer_id")


def rows(reading: Reading) -> pl.DataFrame:
    """One row per member, kind and period in which a grant of the kind ran at any time."""
    grants = reading.facts("entitlements", columns=("kind", "granted_at", "until", *CARRIED))
    begins, ends = min(start for start, _ in reading.spans), max(end for _, end in reading.spans)
    visits = reading.facts("club_visits", columns=("kind", "visited_at"), time=("visited_at", begins, ends))
    found = [_in_period(grants, visits, start, end) for start, end in reading.spans]
    return pl.concat(found).select("member", *SCHEMA, *(name for name, *_ in ENVELOPE))


def _in_period(grants: pl.DataFrame, visits: pl.DataFrame, start: datetime, end: datetime) -> pl.DataFrame:
    running = grants.filter(
        pl.col("granted_at") < end, pl.col("until") >= start, pl.col("kind").is_not_null()
    )
    envelope = [pl.col(name).min() if kind == "min" else pl.col(name).max() for name, kind, *_ in ENVELOPE]
    held = (
        running.sort("granted_at", "version")
        .group_by(HELD, maintain_order=True)
        .agg(*(pl.col(name).first() for name in CARRIED), *envelope)
    )
    within = (pl.col("visited_at") >= start) & (pl.col("visited_at") < end)
    counted = visits.filter(within).group_by(HELD).agg(visits=pl.len().cast(pl.Int64))
    return held.join(counted, on=HELD, how="left").with_columns(
        pl.col("visits").fill_null(0), period_start=pl.lit(start).cast(UTC)
    )


ENTITLED_MEMBERS = Derived(
    name="entitled_members",
    reads=("entitlements", "club_visits"),
    keys=("member", "kind", "period_start"),
    schema=SCHEMA,
    rows=rows,
)
