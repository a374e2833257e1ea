"""What is summed over customers: who is here, gone and kept, what they hold, what is done to keep them."""

from functools import partial

import polars as pl

from projections.metrics.measure import Condition, Measure

HERE = Condition(holds=pl.col("is_here"), otherwise="gone by then")
WAS_HERE = Condition(holds=pl.col("was_here"), otherwise="not here at the beginning")
LEFT = Condition(holds=pl.col("left_meanwhile"), otherwise="did not leave meanwhile")
GONE = Condition(holds=~pl.col("is_here"), otherwise="here by then")
HARD = Condition(holds=pl.col("holds_hard"), otherwise="no hard bundle")
SOFT = Condition(holds=pl.col("holds_soft"), otherwise="no soft bundle")
EITHER = Condition(holds=pl.col("holds_hard") | pl.col("holds_soft"), otherwise="no bundle")
DEEP = Condition(holds=pl.col("is_deep"), otherwise="no deep bundle")
DEEP_IS_SAID = Condition(
    holds=pl.col("is_deep").is_not_null(),
    otherwise="the organisation has not said what deep is: the rule `bundle` named `deep` is missing",
)
STILL = Condition(holds=pl.col("still_qualifies"), otherwise="no longer qualifies")
HAS_BASE = Condition(
    holds=pl.col("base_spend").is_not_null(), otherwise="no usage recorded in the year before"
)
RENEWED = Condition(holds=pl.col("renewed"), otherwise="no other contract within 30 days")
NOT_GONE = Condition(holds=~pl.col("is_gone"), otherwise="gone 90 days later")
ACTED_ON = Condition(holds=pl.col("is_acted_on"), otherwise="nobody acted by the due moment")


def measure(fact: str, time: str, name: str, *conditions: Condition) -> Measure:
    return Measure(name=name, fact=fact, time=time, conditions=conditions)


at_period_end = partial(measure, "customer_periods", "at")
holding = partial(measure, "customer_bundles", "at")
in_cohort = partial(measure, "cohort_members", "at")


def spend(name: str, amount: str) -> Measure:
    return Measure(
        name=name,
        fact="cohort_members",
        time="at",
        conditions=(HAS_BASE,),
        amount=amount,
        sql_type="numeric",
        counted_by="cohort_with_base",
    )


CUSTOMER_MEASURES = (
    measure("customers", "registered_at", "customers_registered"),
    at_period_end("customers_ever"),
    at_period_end("customers_at_end", HERE),
    at_period_end("customers_at_start", WAS_HERE),
    at_period_end("customers_left", LEFT),
    at_period_end("customers_gone", GONE),
    holding("customers_asked_for_bundles"),
    holding("customers_with_hard_bundle", HARD),
    holding("customers_with_soft_bundle", SOFT),
    holding("customers_with_bundle", EITHER),
    holding("customers_judged_for_deep_bundle", DEEP_IS_SAID),
    holding("customers_with_deep_bundle", DEEP_IS_SAID, DEEP),
    measure("customer_months", "at", "customers_at_month_ends", HERE),
    in_cohort("cohort_customers"),
    in_cohort("cohort_kept", STILL),
    in_cohort("cohort_with_base", HAS_BASE),
    spend("cohort_spend_now", "spend_now"),
    spend("cohort_base_spend", "base_spend"),
    measure("contract_ends", "ended_at", "contracts_ended"),
    measure("contract_ends", "ended_at", "contracts_renewed", RENEWED),
    measure("cancellation_requests", "raised_at", "cancellations_raised"),
    measure("cancellation_requests", "raised_at", "cancellations_saved", NOT_GONE),
    measure("warnings_due", "due_at", "warnings_due"),
    measure("warnings_due", "due_at", "warnings_acted_on", ACTED_ON),
)

CUSTOMER_GROUPINGS = ((), ("unit",), ("tier",))
