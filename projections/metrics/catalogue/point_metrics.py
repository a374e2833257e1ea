"""Metrics of points: earned, redeemed, left, what they are worth, and what will never be asked for."""

from datetime import timedelta
from fractions import Fraction
from functools import partial

from projections.metrics.definition import MetricDefinition, total, total_at

DOMAIN = "Kefu domain page, Metrics"
ADDITIVE = (
    "Kefu domain page, Metrics; the additive (incremental loss ratio) method as in K. D. Schmidt and"
    " M. Zocher, The Bornhuetter-Ferguson Principle, Variance 2 (2008), 85-110"
)
RIPENING = timedelta(days=731)
"""Two years: what is redeemed of a lot at all mostly is by then, and most programmes end it before."""

LOT_DIMENSIONS = (
    *("programme", "unit", "tier", "reason", "partner_id"),
    *("campaign_id", "agent_id", "customer_id"),
)
REDEMPTION_DIMENSIONS = (
    *("programme", "unit", "tier", "venue", "partner_id", "item"),
    *("campaign_id", "agent_id", "customer_id"),
)
SHARED = ("programme", "unit", "tier", "campaign_id", "agent_id", "customer_id")
HELD = ("programme", "unit", "tier", "campaign_id", "customer_id")

amount = partial(MetricDefinition, denominator=None, scale=Fraction(1), source=DOMAIN)
share = partial(MetricDefinition, scale=Fraction(1), unit="share", source=DOMAIN)

POINT_METRICS = (
    amount(
        metric="points_earned",
        id="amount",
        numerator=total("points_earned"),
        unit="points",
        direction="higher",
        name_en="Points earned",
        name_zh="积分发放量",
        meaning="Points by the time of earning, before reversals",
        dimensions=LOT_DIMENSIONS,
    ),
    amount(
        metric="points_redeemed",
        id="amount",
        numerator=total("points_redeemed"),
        unit="points",
        direction="higher",
        name_en="Points redeemed",
        name_zh="积分兑换量",
        meaning="Points by the time of redeeming, before refunds",
        dimensions=REDEMPTION_DIMENSIONS,
    ),
    share(
        metric="redemption_rate",
        id="period",
        numerator=total("points_redeemed"),
        denominator=total("points_earned"),
        direction="higher",
        name_en="Redemption rate",
        name_zh="积分兑换率",
        meaning="Points redeemed in the period, whenever earned, over points earned in it",
        dimensions=(*SHARED, "venue", "item"),
        held_whole=("venue", "item"),
    ),
    share(
        metric="redemption_rate",
        id="vintage",
        numerator=total("lot_points_drawn", minus=("lot_points_refunded",)),
        denominator=total("points_earned"),
        direction="higher",
        name_en="Redemption rate by vintage",
        name_zh="积分兑换率(按发放月)",
        meaning="Of the points earned in the period, those redeemed by now and not refunded",
        dimensions=LOT_DIMENSIONS,
        ripening=RIPENING,
    ),
    amount(
        metric="points_outstanding",
        id="vintage",
        numerator=total("lot_points_balance"),
        unit="points",
        direction="neither",
        name_en="Points outstanding",
        name_zh="积分余额(按发放月)",
        meaning="What is left by now of the points earned in the period, less what was spent "
        "beyond every lot",
        dimensions=LOT_DIMENSIONS,
    ),
    amount(
        metric="points_outstanding",
        id="at_end",
        numerator=(
            *total_at("end", "points_earned", "points_refunded", minus=("points_redeemed",)),
            *((-weight, name) for weight, name in total_at("end", "points_reversed", "points_expired")),
        ),
        unit="points",
        direction="neither",
        name_en="Points outstanding at the end",
        name_zh="期末积分余额",
        meaning="Earned and refunded less redeemed, reversed and expired, all as told until the period's end",
        dimensions=HELD,
    ),
    amount(
        metric="points_liability",
        id="vintage",
        numerator=total("value_outstanding"),
        unit="yuan",
        direction="lower",
        name_en="Points liability",
        name_zh="积分负债",
        meaning="What is left by now of the points earned in the period, at the value of a point that their "
        "programme names on the day asked as of; programmes that name none add nothing",
        dimensions=LOT_DIMENSIONS,
    ),
    share(
        metric="unspent_ratio",
        id="vintage",
        numerator=total("lot_points_balance"),
        denominator=total("points_earned"),
        direction="lower",
        name_en="Unspent points",
        name_zh="积分沉淀率",
        meaning="What is left by now of the points earned in the period, over those points",
        dimensions=LOT_DIMENSIONS,
    ),
    share(
        metric="breakage",
        id="additive",
        numerator=total("points_issued", minus=("points_redeemed_ultimately",)),
        denominator=total("points_issued"),
        direction="neither",
        name_en="Breakage (an estimate)",
        name_zh="积分失效率(估计)",
        meaning="An estimate: 1 less the ultimate redemption of the points earned in the period, where "
        "lots are expected to go on as older ones did at 3, 6, 12, 24 and 36 months; a lot's points are "
        "those earned less those reversed",
        source=ADDITIVE,
        dimensions=LOT_DIMENSIONS,
    ),
)
