"""What is summed over campaigns, by the day of assignment, and over contacts, by the first of a period."""

from functools import partial

import polars as pl

from projections.metrics.measure import Condition, Measure

TREATED = Condition(holds=pl.col("is_treated"), otherwise="left alone on purpose")
CONTROL = Condition(holds=~pl.col("is_treated"), otherwise="not in the control group")
OVER = Condition(holds=pl.col("is_over"), otherwise="the campaign's window is not over")
KEPT = Condition(holds=~pl.col("has_left"), otherwise="left within the window")
RESPONDED = Condition(holds=pl.col("has_responded"), otherwise="no answer within the window")
AWARE = Condition(holds=pl.col("answer") == "aware", otherwise="not aware")
ASKED = Condition(holds=pl.col("answer").is_in(["aware", "unaware"]), otherwise="no answer on awareness")
ABOVE_CAP = Condition(holds=pl.col("is_above"), otherwise="no contact above a cap")


def measure(
    fact: str,
    time: str,
    name: str,
    *conditions: Condition,
    amount: str | None = None,
    counted_by: str | None = None,
) -> Measure:
    return Measure(
        name=name, fact=fact, time=time, conditions=conditions, amount=amount, counted_by=counted_by
    )


assigned = partial(measure, "campaign_outcomes", "assigned_at")
contacted = partial(measure, "contacted_customers", "at")

CAMPAIGN_MEASURES = (
    assigned("campaign_assigned_over", OVER),
    assigned("campaign_responded", OVER, RESPONDED),
    assigned("campaign_treated", OVER, TREATED),
    assigned("campaign_treated_responded", OVER, TREATED, RESPONDED),
    assigned("campaign_treated_kept", OVER, TREATED, KEPT),
    assigned("campaign_control", OVER, CONTROL),
    assigned("campaign_control_kept", OVER, CONTROL, KEPT),
    assigned("campaign_asked_of_awareness", OVER, ASKED),
    assigned("campaign_aware", OVER, AWARE),
    assigned("campaign_complaints", OVER, amount="complaints", counted_by="campaign_assigned_over"),
)

CONTACT_MEASURES = (
    contacted("customers_contacted"),
    contacted("outbound_contacts", amount="contacts", counted_by="customers_contacted"),
    contacted("customers_above_a_cap", ABOVE_CAP),
)
