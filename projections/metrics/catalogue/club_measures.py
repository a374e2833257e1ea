"""What is summed over clubs and entitlements: uses granted and made, visits, and what they cost."""

from functools import partial

import polars as pl

from projections.metrics.measure import Condition, Measure

PAID_FOR = Condition(holds=pl.col("settlement_amount").is_not_null(), otherwise="nothing to settle")
VISITED = Condition(holds=pl.col("visits") > 0, otherwise="no visit of the kind in the period")

granted = partial(Measure, fact="entitlements", time="granted_at")
visited = partial(Measure, fact="club_visits", time="visited_at")
holding = partial(Measure, fact="entitled_members", time="period_start")

ENTITLEMENT_MEASURES = (
    granted(name="entitlements"),
    granted(name="uses_granted", amount="quantity", counted_by="entitlements"),
    granted(name="uses_made", amount="used", counted_by="entitlements"),
)

VISIT_MEASURES = (
    visited(name="club_visits"),
    visited(name="settled_visits", conditions=(PAID_FOR,)),
    visited(
        name="visit_settlements",
        conditions=(PAID_FOR,),
        amount="settlement_amount",
        sql_type="numeric",
        counted_by="settled_visits",
    ),
)

DERIVED_CLUB_MEASURES = (
    holding(name="entitled_members"),
    holding(name="entitled_members_who_visited", conditions=(VISITED,)),
)

ENTITLEMENT_GROUPINGS = ((), ("kind",), ("programme",), ("unit",), ("tier",))
VISIT_GROUPINGS = ((), ("partner_id",), ("kind",), ("unit",), ("tier",), ("settled_by",))
