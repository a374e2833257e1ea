"""What is summed over claims and the rows below them, each on the day of what is counted."""

from functools import partial

import polars as pl

from projections.metrics.catalogue.volume_measures import ELECTRONIC
from projections.metrics.measure import Condition, Measure

SMALL_BELOW = 1_000
"""Yuan: below this amount a claim is small, here and in the strata of cycle times."""

REPORTED = Condition(holds=pl.col("reported_at").is_not_null(), otherwise="never reported here")
PAID = Condition(holds=pl.col("paid_amount") > 0, otherwise="nothing was paid")
ONLINE = Condition(holds=pl.col("channel") == "online", otherwise="not reported online")
SMALL = Condition(holds=pl.col("approved_amount") < SMALL_BELOW, otherwise="not below 1,000 yuan")
FINAL = Condition(holds=pl.col("final"), otherwise="not the final approval")
NOT_MAJOR = Condition(holds=pl.col("event_code").is_null(), otherwise="part of a major event")

of_claims = partial(Measure, fact="claims")
of_approvals = partial(Measure, fact="claim_approvals", time="approved_at")
money = partial(Measure, sql_type="numeric")

CLAIM_MEASURES = (
    of_claims(name="claims", time="reported_at"),
    of_claims(name="electronic_claims", time="reported_at", conditions=(ELECTRONIC,)),
    of_claims(name="ended_claims", time="ended_at", conditions=(REPORTED,)),
    of_claims(name="approved_claims", time="approved_at"),
    of_claims(name="online_claims", time="approved_at", conditions=(ONLINE,)),
    of_claims(name="small_claims", time="approved_at", conditions=(SMALL,)),
    of_claims(name="small_online_claims", time="approved_at", conditions=(SMALL, ONLINE)),
    of_claims(
        name="small_claims_amount",
        time="approved_at",
        conditions=(SMALL,),
        amount="approved_amount",
        sql_type="numeric",
        counted_by="small_claims",
    ),
    of_claims(
        name="small_online_claims_amount",
        time="approved_at",
        conditions=(SMALL, ONLINE),
        amount="approved_amount",
        sql_type="numeric",
        counted_by="small_online_claims",
    ),
    of_claims(name="settled_claims", time="closed_at", conditions=(PAID,)),
    of_claims(
        name="settled_amount",
        time="closed_at",
        conditions=(PAID,),
        amount="paid_amount",
        sql_type="numeric",
        counted_by="settled_claims",
    ),
)

CLAIM_PART_MEASURES = (
    of_approvals(name="final_approvals", conditions=(FINAL,)),
    of_approvals(
        name="approved_amount",
        conditions=(FINAL,),
        amount="amount",
        sql_type="numeric",
        counted_by="final_approvals",
    ),
    of_approvals(
        name="over_limit_amount",
        conditions=(FINAL,),
        amount="over_limit_amount",
        sql_type="numeric",
        counted_by="final_approvals",
    ),
    of_approvals(name="final_approvals_ex_major", conditions=(FINAL, NOT_MAJOR)),
    of_approvals(
        name="approved_amount_ex_major",
        conditions=(FINAL, NOT_MAJOR),
        amount="amount",
        sql_type="numeric",
        counted_by="final_approvals_ex_major",
    ),
    Measure(name="claim_payments", fact="claim_payments", time="paid_at"),
    money(
        name="paid_amount",
        fact="claim_payments",
        time="paid_at",
        amount="amount",
        counted_by="claim_payments",
    ),
    Measure(name="claim_recoveries", fact="claim_recoveries", time="recovered_at"),
    money(
        name="recovered_amount",
        fact="claim_recoveries",
        time="recovered_at",
        amount="amount",
        counted_by="claim_recoveries",
    ),
    Measure(name="dispatches", fact="claim_dispatches", time="dispatched_at"),
    Measure(
        name="dispatch_response_ms",
        fact="claim_dispatches",
        time="dispatched_at",
        amount="response_ms",
        counted_by="dispatches",
    ),
)

CLAIM_GROUPINGS = (
    (),
    ("unit",),
    ("line",),
    ("channel",),
    ("product",),
    ("customer_class",),
    ("cause",),
    ("tier",),
)
APPROVAL_GROUPINGS = ((), ("unit",), ("line",), ("product",), ("customer_class",), ("cause",))
CLAIM_PAYMENT_GROUPINGS = ((), ("unit",), ("line",), ("product",), ("customer_class",))
CLAIM_RECOVERY_GROUPINGS = ((), ("unit",), ("line",), ("product",), ("customer_class",))
DISPATCH_GROUPINGS = ((), ("unit",), ("line",))
