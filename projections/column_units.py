"""What numbers are counted in, by the names of their columns."""

from collections.abc import Mapping

UNIT_OF_SUFFIX: Mapping[str, str] = {
    "_ms": "ms",
    "_seconds": "s",
    "_position": "position",
    "_amount": "currency",
    "_rate": "share",
    "_share": "share",
    "_points": "points",
    "_fees": "currency",
}
"""In the order in which they are tried."""

UNIT_OF_NAME: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("amount", "spend", "spend_now", "base_spend", "spend_last_month", "spend_mean_3_months"),
            *("fee_due", "fee_open", "fees_due", "fees_settled", "fees_open", "owed"),
            *("redemption_settlement", "visit_settlement"),
        ),
        "currency",
    ),
    **dict.fromkeys(
        (
            *("points", "earned", "reversed", "drawn", "refunded", "expired", "balance", "redeemed"),
            *("overdrawn", "pending", "lapsed", "expiring_30_days", "expiring_60_days", "expiring_90_days"),
            *("estimated_ultimate", "estimated_breakage", "points_balance", "points_expiring_90_days"),
            *("points_to_next", "points_to_keep", "points_earned", "points_reversed", "points_redeemed"),
            *("points_refunded", "points_expired", "points_drawn", "drawn_in_3_months", "drawn_in_6_months"),
            *("drawn_in_12_months", "drawn_in_24_months", "drawn_in_36_months"),
        ),
        "points",
    ),
    **dict.fromkeys(
        ("share_before", "chance", "service_level", "occupancy", "mean_score", "inspection_score"), "share"
    ),
    **dict.fromkeys(
        ("change_points", "uplift_points", "uplift_lower_points", "uplift_upper_points"), "percentage points"
    ),
    **dict.fromkeys(("base_points", "score_points"), "thousandths of log-odds"),
    **dict.fromkeys(("days", "horizon_days", "window_days", "cap_days"), "days"),
    "weeks": "weeks",
    "probability": "share",
    "control_share": "ppm",
    "erlangs": "erlangs",
    "relative_change": "share",
    "times_as_likely": "times",
    **dict.fromkeys(("lost_mean", "stayed_mean", "complaints_per_customer", "calls", "expected"), "count"),
}

UNITS_HERE: Mapping[tuple[str, str], str | None] = {
    ("UsageMonth", "balance"): "currency",
    ("UsageMonth", "volume"): None,
    ("ComplaintLiability", "share"): "ppm",
    ("HotTopic", "share"): "share",
    ("StaffingNeed", "share"): "share",
    ("PointsLiability", "value"): "currency",
    ("ExpiringPoints", "value"): "currency",
    ("PublishedFigure", "of"): "count",
    ("RankedUnit", "of"): "count",
}
"""Where a name is counted otherwise in one row class: (row class, column)."""

NOT_COUNTED = frozenset(
    {
        *("version", "entered_version", "ordinal", "rank", "rank_before", "of"),
        *("scale", "rating_scale", "score", "rating_score", "out_of"),
        *("quality", "price", "cooperation", "satisfaction"),
        *("value", "value_before", "challenge", "numerator", "denominator", "volume", "dispersion", "share"),
    }
)
"""Numbers in no unit, or in one that another column of the row tells."""
