"""What is summed over points: lots on the day they were earned, redemptions and adjustments on their own day.

A lot that was never earned, the overdraft lot above all, counts on the day on which it was first named.
"""

from functools import partial

import polars as pl

from projections.metrics.measure import Condition, Measure

USED = Condition(
    holds=(pl.col("earned") != 0) | (pl.col("drawn") != 0) | (pl.col("balance") != 0),
    otherwise="nothing was ever in it, nor is anything owed",
)
EARNED = Condition(holds=pl.col("earned") > 0, otherwise="nothing earned")
REDEEMED = Condition(holds=pl.col("points").is_not_null(), otherwise="refunded, but never redeemed")
SETTLED = Condition(holds=pl.col("settlement_amount").is_not_null(), otherwise="nothing to settle")
VALUED = Condition(holds=pl.col("value").is_not_null(), otherwise="its programme names no value of a point")

lots = partial(Measure, fact="member_lots", time="opened_at")
lot_points = partial(lots, sql_type="numeric", counted_by="lots")
redemptions = partial(Measure, fact="point_redemptions", time="redeemed_at")
developed = partial(
    Measure, fact="developed_lots", time="opened_at", sql_type="numeric", counted_by="developed_lots"
)


def _adjusted(kind: str) -> tuple[Measure, Measure]:
    of_kind = Condition(holds=pl.col("kind") == kind, otherwise=f"not {kind}")
    counted = Measure(
        name=f"{kind}_adjustments", fact="point_adjustments", time="adjusted_at", conditions=(of_kind,)
    )
    points = Measure(
        name=f"points_{kind}",
        fact="point_adjustments",
        time="adjusted_at",
        conditions=(of_kind,),
        amount="points",
        sql_type="numeric",
        counted_by=counted.name,
    )
    return counted, points


LOT_MEASURES = (
    lots(name="lots", conditions=(USED,)),
    lots(name="earned_lots", conditions=(EARNED,)),
    lots(name="points_earned", amount="earned", sql_type="numeric", counted_by="earned_lots"),
    lot_points(name="lot_points_drawn", amount="drawn"),
    lot_points(name="lot_points_refunded", amount="refunded"),
    lot_points(name="lot_points_balance", amount="balance"),
)

REDEMPTION_MEASURES = (
    redemptions(name="redemptions", conditions=(REDEEMED,)),
    redemptions(
        name="points_redeemed",
        conditions=(REDEEMED,),
        amount="points",
        sql_type="numeric",
        counted_by="redemptions",
    ),
    redemptions(name="settled_redemptions", conditions=(SETTLED,)),
    redemptions(
        name="redemption_settlements",
        conditions=(SETTLED,),
        amount="settlement_amount",
        sql_type="numeric",
        counted_by="settled_redemptions",
    ),
)

ADJUSTMENT_MEASURES = (*_adjusted("expired"), *_adjusted("reversed"), *_adjusted("refunded"))

DERIVED_POINT_MEASURES = (
    Measure(name="valued_lots", fact="valued_lots", time="opened_at", conditions=(VALUED,)),
    Measure(
        name="value_outstanding",
        fact="valued_lots",
        time="opened_at",
        conditions=(VALUED,),
        amount="value",
        sql_type="numeric",
        counted_by="valued_lots",
    ),
    Measure(name="developed_lots", fact="developed_lots", time="opened_at"),
    developed(name="points_issued", amount="issued"),
    developed(name="points_redeemed_ultimately", amount="ultimate"),
)

LOT_GROUPINGS = ((), ("programme",), ("unit",), ("tier",), ("reason",), ("partner_id",), ("campaign_id",))
REDEMPTION_GROUPINGS = (
    *((), ("programme",), ("unit",), ("tier",), ("venue",), ("partner_id",), ("item",)),
    ("campaign_id",),
)
ADJUSTMENT_GROUPINGS = ((), ("programme",), ("unit",), ("tier",))
