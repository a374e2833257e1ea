"""What redemptions drew from lots that are spent in order: intervals of points laid side by side.

Of a member, the points earned so far end each lot, and the points gone so far end each redemption; what the
two intervals share is what the one drew from the other. A redemption of r takes the points gone from x to x
+ r; at the end of its last day a lot is gone in any case: max(x, its end). Such steps compose: with S the
points redeemed so far and b the ends of the lots that fell due, the points gone are S + the largest b - S
so far. What is redeemed beyond all lots is gone too, and the next lots begin spent: so the overdraft is
settled.
"""

import polars as pl

REDEEMED = "member.points_redeemed"
STREAM = "originator_id"
AGES = (3, 6, 12, 24, 36)
"""Months after which a lot is looked at again: what redemptions until then drew from it, refunded or not."""


def with_draws(lots: pl.DataFrame, mine: pl.DataFrame) -> pl.DataFrame:
    """Add to each lot what redemptions drew from it, in all and by age, and what of it lapsed; in parts."""
    numbered = lots.with_row_index("lot")
    redemptions = _redemptions(mine, numbered)
    shared = _shared(numbered.filter("is_open"), redemptions)
    drawn = (
        shared.join(numbered.select("lot", "occurred_at"), on="lot", how="left")
        .group_by("lot")
        .agg(
            pl.col("shared").sum().alias("drawn_parts"),
            *(
                pl.col("shared")
                .filter(pl.col("redeemed_at") < pl.col("occurred_at").dt.offset_by(f"{months}mo"))
                .sum()
                .alias(f"drawn_{months}")
                for months in AGES
            ),
        )
    )
    counts = ["drawn_parts", *(f"drawn_{months}" for months in AGES)]
    left = pl.col("parts") - pl.col("drawn_parts")
    return (
        numbered.join(drawn, on="lot", how="left", maintain_order="left")
        .with_columns(pl.col(counts).fill_null(0))
        .with_columns(lapsed_parts=pl.when(pl.col("lapses_at") <= pl.col("last")).then(left).otherwise(0))
    )


def _redemptions(mine: pl.DataFrame, lots: pl.DataFrame) -> pl.DataFrame:
    """Each redemption's interval of points gone: [originator_id, redeemed_at, before, after]."""
    at_once = pl.lit(None, pl.Int64)
    redeemed = mine.filter(pl.col("topic") == REDEEMED).select(
        STREAM, at="occurred_at", place="position", spent="parts", bound=pl.lit(0, pl.Int64)
    )
    lapsed = lots.filter(pl.col("lapses_at") <= pl.col("last")).select(
        STREAM, at="lapses_at", place=at_once, spent=pl.lit(0, pl.Int64), bound="end"
    )
    steps = pl.concat([redeemed, lapsed]).sort(STREAM, "at", "place", nulls_last=False)
    spent = pl.col("spent").cum_sum().over(STREAM)
    beyond = (pl.col("bound") - spent).clip(lower_bound=0).cum_max().over(STREAM)
    return (
        steps.with_columns(after=spent + beyond)
        .filter(pl.col("place").is_not_null())
        .select(STREAM, "after", redeemed_at="at", before=pl.col("after") - pl.col("spent"))
    )


def _shared(lots: pl.DataFrame, redemptions: pl.DataFrame) -> pl.DataFrame:
    """Lay both kinds of interval side by side: [lot, redeemed_at, shared], a row per draw.

    Every bound ends a stretch that lies in at most one lot and one redemption: the next to end in its stream.
    """
    bounds = pl.concat(
        [
            lots.select(STREAM, "lot", bound="end", lot_of=STREAM),
            redemptions.select(STREAM, "before", "redeemed_at", bound="after", redeemed_of=STREAM),
            redemptions.select(STREAM, bound="before"),
        ],
        how="diagonal",
    ).sort(STREAM, "bound")
    begins = pl.col("bound").shift(1).over(STREAM).fill_null(0)
    following = pl.col("lot", "lot_of", "before", "redeemed_at", "redeemed_of").backward_fill()
    return (
        bounds.with_columns(following, shared=pl.col("bound") - begins)
        .filter(
            pl.col("lot_of") == pl.col(STREAM),
            pl.col("redeemed_of") == pl.col(STREAM),
            pl.col("before") < pl.col("bound"),
            pl.col("shared") > 0,
        )
        .select("lot", "redeemed_at", "shared")
    )
