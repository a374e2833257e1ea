"""The proof of the points ledger: every lot counted again from its sides, every member from what was told.

Lots are kept by one road, the ledger; redemptions, adjustments and memberships by another, event by event.
Nothing here looks at how a lot was reckoned: the two roads must meet, to the last of four places.
"""

from decimal import Decimal

import polars as pl

from domain.member.lots import OVERDRAFT
from projections.facts.spec import MONEY
from projections.views.reading import ViewReading

FACTS = ("member_lots", "point_redemptions", "point_adjustments", "members")
SCHEMA: dict[str, pl.DataType] = {
    "member": pl.String(),
    "lot_id": pl.String(),
    "rule": pl.String(),
    "told": MONEY,
    "held": MONEY,
}
SIDES = ("earned", "reversed", "drawn", "refunded", "expired", "balance")
LOT = ("member", "lot_id")
ZERO = pl.lit(Decimal(0), MONEY)


def unproven(reading: ViewReading) -> pl.DataFrame:
    """What does not hold: [member (stream), lot_id, rule, told, held], in order; none where all is proven.

    Of each lot `told` is earned - reversed and `held` is drawn - refunded + expired + balance; and it took
    the expiries told of it. Of each member (no lot) the lots hold what was earned, redeemed, reversed and
    refunded, as told. What a source told and no lot could take (a reversal beyond its earning, an expiry of
    an emptied lot, draws beyond their redemption) breaks a rule of the domain, and is listed as such there.
    """
    lots = reading.facts("member_lots", columns=SIDES).select(*LOT, pl.col(SIDES).fill_null(0))
    adjusted = reading.facts("point_adjustments", columns=("kind", "lot_id", "of", "points"))
    told = adjusted.select(*LOT, "kind", "of", told=pl.col("points").clip(lower_bound=0))
    found = [
        _not_adding_up(lots),
        _beyond_zero(lots),
        _expired_otherwise(lots, told.filter(pl.col("kind") == "expired")),
        *_members_otherwise(_members(reading, lots, told)),
    ]
    return pl.concat(found).sort("member", "lot_id", "rule", nulls_last=True)


def _not_adding_up(lots: pl.DataFrame) -> pl.DataFrame:
    kept = pl.col("earned") - pl.col("reversed")
    gone = pl.col("drawn") - pl.col("refunded") + pl.col("expired") + pl.col("balance")
    return _rows(lots.with_columns(told=kept, held=gone), "lots_add_up", pl.col("told") != pl.col("held"))


def _beyond_zero(lots: pl.DataFrame) -> pl.DataFrame:
    """No lot is below zero but what a member owes, which is never above it."""
    owes = pl.col("lot_id") == OVERDRAFT
    beyond = (owes & (pl.col("balance") > 0)) | (~owes & (pl.col("balance") < 0))
    return _rows(lots.with_columns(told=ZERO, held="balance"), "lots_stay_above_zero", beyond)


def _expired_otherwise(lots: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """A lot took every expiry told of it; only one that was emptied, and maybe filled again, took less."""
    sums = told.group_by(LOT).agg(pl.col("told").sum())
    both = lots.rename({"expired": "held"}).join(sums, on=LOT, how="full", coalesce=True)
    known = both.with_columns(pl.col("told", "held").fill_null(0))
    was_empty = ((pl.col("balance") <= 0) | (pl.col("refunded") > 0)).fill_null(value=False)
    short = (pl.col("held") < pl.col("told")) & ~was_empty
    return _rows(known, "expiries_are_as_told", (pl.col("held") > pl.col("told")) | short)


def _members(reading: ViewReading, lots: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """A row per member: what the lots hold, what was told, and how much of it no lot may have taken."""
    held = lots.group_by("member").agg(pl.col(SIDES).sum())
    members = reading.facts("members", columns=("points_earned", "points_drawn"))
    redeemed = reading.facts("point_redemptions", columns=("points",)).group_by("member")
    sums = [
        members.select("member", "points_earned", "points_drawn"),
        redeemed.agg(redeemed=pl.col("points").clip(lower_bound=0).sum()),
        *(
            told.filter(pl.col("kind") == kind)
            .group_by("member")
            .agg(pl.col("told").sum().alias(f"{kind}_told"))
            for kind in ("reversed", "refunded")
        ),
        told.filter(pl.col("kind") == "refunded", pl.col("lot_id") == OVERDRAFT)
        .group_by("member")
        .agg(forgiven=pl.col("told").sum()),
        _irreversible(lots, told.filter(pl.col("kind") == "reversed")),
    ]
    for each in sums:
        held = held.join(each, on="member", how="full", coalesce=True)
    return held.with_columns(pl.exclude("member").fill_null(0).cast(MONEY))


def _irreversible(lots: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Per member what reversals told beyond what their earnings still had to undo."""
    asked = told.group_by("member", lot_id="of").agg(pl.col("told").sum())
    left = (pl.col("earned") - pl.col("expired") - pl.col("balance")).fill_null(0).clip(lower_bound=0)
    found = asked.join(lots, on=LOT, how="left")
    return found.group_by("member").agg(irreversible=(pl.col("told") - left).clip(lower_bound=0).sum())


def _members_otherwise(members: pl.DataFrame) -> list[pl.DataFrame]:
    """Per rule: what was told, what is held, and between which bounds it may lie."""
    earned, redeemed = pl.col("points_earned"), pl.col("redeemed")
    undone, back = pl.col("reversed_told"), pl.col("refunded_told")
    rules = (
        ("earned_as_told", "earned", earned, earned, earned),
        ("redeemed_as_drawn", "drawn", redeemed, redeemed, redeemed + pl.col("points_drawn")),
        ("reversed_as_told", "reversed", undone, undone - pl.col("irreversible"), undone),
        ("refunded_as_told", "refunded", back, back - pl.col("forgiven"), back),
    )
    return [
        _rows(
            members.with_columns(lot_id=None, told=told, held=held),
            rule,
            ~pl.col(held).is_between(least, most),
        )
        for rule, held, told, least, most in rules
    ]


def _rows(rows: pl.DataFrame, rule: str, broken: pl.Expr) -> pl.DataFrame:
    return rows.filter(broken).select(
        pl.lit(rule).alias(name) if name == "rule" else pl.col(name).cast(dtype)
        for name, dtype in SCHEMA.items()
    )
