"""Members in each period with the points that they could redeem in it, and how often they did.

What could be redeemed is what was there when the period began, and what became available within it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

import polars as pl

from projections.facts.spec import ENVELOPE, MONEY, UTC
from projections.metrics.derived.derived import Derived, Reading, Span

BANDS = (1_000, 5_000, 10_000, 50_000)
"""Where one band of redeemable points ends and the next begins."""
SCHEMA: dict[str, pl.DataType] = {
    "period_start": UTC,
    "redeemable": MONEY,
    "redemptions": pl.Int64(),
    "balance_band": pl.String(),
    "programme": pl.String(),
    "unit": pl.String(),
    "customer_id": pl.String(),
}


def rows(reading: Reading) -> pl.DataFrame:
    """One row per member and period in which the member had points to redeem, or redeemed."""
    members = reading.facts("members", columns=("programme", "unit", "customer_id"))
    return (
        pl.concat(_in_periods(_flows(reading), reading.spans))
        .join(members, on="member")
        .with_columns(balance_band=_band(pl.col("redeemable")))
        .select("member", *SCHEMA, *(name for name, *_ in ENVELOPE))
    )


def _flows(reading: Reading) -> pl.DataFrame:
    """Everything that moves a balance: [member, at, points, is_gain, is_redemption]."""
    until = max(end for _, end in reading.spans)
    lots = reading.facts(
        "member_lots", columns=("opened_at", "available_at", "earned"), time=("opened_at", None, until)
    )
    spent = reading.facts(
        "point_redemptions", columns=("redeemed_at", "points"), time=("redeemed_at", None, until)
    ).drop_nulls("points")
    others = reading.facts(
        "point_adjustments", columns=("adjusted_at", "kind", "points"), time=("adjusted_at", None, until)
    )
    signed = pl.when(pl.col("kind") == "refunded").then(pl.col("points")).otherwise(-pl.col("points"))
    return pl.concat(
        [
            _flow(
                lots, at=pl.max_horizontal("opened_at", "available_at"), points=pl.col("earned"), gain=True
            ),
            _flow(spent, at=pl.col("redeemed_at"), points=-pl.col("points"), redemption=True),
            _flow(others, at=pl.col("adjusted_at"), points=signed),
        ]
    )


def _flow(
    rows: pl.DataFrame, *, at: pl.Expr, points: pl.Expr, gain: bool = False, redemption: bool = False
) -> pl.DataFrame:
    return rows.select(
        "member",
        at=at,
        points=points.cast(MONEY),
        is_gain=pl.lit(gain),
        is_redemption=pl.lit(redemption),
    )


def _in_periods(flows: pl.DataFrame, spans: Sequence[Span]) -> Iterator[pl.DataFrame]:
    """Go through the periods in order of their beginning, with what every member had until then."""
    ordered = flows.filter(pl.col("at").is_not_null()).sort("at")
    held, reached = pl.DataFrame(schema={"member": pl.String(), "held": MONEY}), 0
    for start, end in sorted(spans):
        begins, ends = (_place(ordered["at"], moment) for moment in (start, end))
        since = ordered[reached:begins].select("member", held="points")
        held = pl.concat([held, since]).group_by("member").agg(pl.col("held").sum())
        reached = begins
        yield _in_period(ordered[begins:ends], held, start)


def _place(moments: pl.Series, moment: datetime) -> int:
    """How many of the moments, in order, come before one."""
    return int(moments.search_sorted(pl.Series([moment], dtype=UTC), side="left").item())


def _in_period(within: pl.DataFrame, held: pl.DataFrame, start: datetime) -> pl.DataFrame:
    counted = within.group_by("member").agg(
        gained=pl.col("points").filter("is_gain").sum(),
        redemptions=pl.col("is_redemption").sum().cast(pl.Int64),
    )
    found = held.join(counted, on="member", how="full", coalesce=True).with_columns(
        pl.col("held", "gained").fill_null(0), pl.col("redemptions").fill_null(0)
    )
    known = found.with_columns(redeemable=(pl.col("held") + pl.col("gained")).cast(MONEY))
    kept = known.filter((pl.col("redeemable") > 0) | (pl.col("redemptions") > 0))
    return kept.select("member", "redeemable", "redemptions", period_start=pl.lit(start).cast(UTC))


def _band(points: pl.Expr) -> pl.Expr:
    """Name the band: `to_0`, `under_1000`, `1000_to_4999` and so on, `50000_and_more`."""
    band = pl.when(points <= 0).then(pl.lit("to_0")).when(points < BANDS[0]).then(pl.lit(f"under_{BANDS[0]}"))
    for low, high in pairwise(BANDS):
        band = band.when(points < high).then(pl.lit(f"{low}_to_{high - 1}"))
    return band.otherwise(pl.lit(f"{BANDS[-1]}_and_more"))


REDEEMING_MEMBERS = Derived(
    name="redeeming_members",
    reads=("members", "member_lots", "point_redemptions", "point_adjustments"),
    keys=("member", "period_start"),
    schema=SCHEMA,
    rows=rows,
)
