"""What is summed over durations of claims, and over other rows about claims that are made when reading."""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import polars as pl

from projections.metrics.catalogue.claim_measures import PAID, SMALL_BELOW
from projections.metrics.measure import Condition, Measure


class Stratum(NamedTuple):
    """A part of the claims by their amount: what names of measures and definitions end in, and the words."""

    suffix: str
    conditions: tuple[Condition, ...]
    name_en: str
    name_zh: str


STRATA = (
    Stratum("", (), "", ""),
    Stratum(
        "_below_1000",
        (Condition(holds=pl.col("size") < SMALL_BELOW, otherwise="not below 1,000 yuan"),),
        ", below 1,000 yuan",
        "（千元以下）",
    ),
    Stratum(
        "_from_1000",
        (Condition(holds=pl.col("size") >= SMALL_BELOW, otherwise="not of 1,000 yuan or more"),),
        ", from 1,000 yuan",
        "（千元以上）",
    ),
)

APPROVED = Condition(holds=pl.col("approved_amount") > 0, otherwise="nothing was approved")
LOSS_KNOWN = Condition(holds=pl.col("lag_months").is_not_null(), otherwise="the day of the loss is not known")
NOT_WITHDRAWN = Condition(holds=~pl.col("is_withdrawn"), otherwise="withdrawn")
NOT_FOR_NOTHING = Condition(holds=~pl.col("is_paid_nothing"), otherwise="ended with nothing paid")
IN_A_YEAR = Condition(holds=pl.col("is_closed_in_time"), otherwise="not closed within 12 months")
ROUTED = Condition(holds=pl.col("is_routed"), otherwise="no repair routing was in force that day")
MATCHED = Condition(holds=pl.col("is_match"), otherwise="not sent to a shop of the car's brand")
ON_TIME = Condition(holds=pl.col("is_on_time"), otherwise="not completed by its due moment")
TOLD_WHETHER = Condition(
    holds=pl.col("documents_complete").is_not_null(), otherwise="not told whether documents were complete"
)
COMPLETE = Condition(holds=pl.col("documents_complete"), otherwise="documents were missing")
PAID_IN_TIME = Condition(holds=pl.col("is_paid_in_time"), otherwise="no payment within 24 hours")


def timed(name: str, amount: str, *conditions: Condition, fact: str, time: str) -> Iterator[Measure]:
    """The rows of each stratum, and their durations added up."""
    for stratum in STRATA:
        counted = Measure(
            name=f"{name}{stratum.suffix}",
            fact=fact,
            time=time,
            conditions=(*conditions, *stratum.conditions),
        )
        yield counted
        yield Measure(
            name=f"{name}_ms{stratum.suffix}",
            fact=fact,
            time=time,
            conditions=counted.conditions,
            amount=amount,
            counted_by=counted.name,
        )


of_closings = partial(Measure, fact="claim_closings", time="closed_at")
of_registered = partial(Measure, fact="registered_claims", time="reported_at")
of_routed = partial(Measure, fact="routed_claims", time="dispatched_at")
of_due = partial(Measure, fact="due_delegations", time="due_at")
of_completed = partial(Measure, fact="completed_delegations", time="completed_at")
of_payable = partial(Measure, fact="payable_approvals", time="approved_at")

CLAIM_TIME_MEASURES = (
    *timed("closed_cases", "duration_ms", PAID, fact="claim_closings", time="closed_at"),
    *timed("first_approved_cases", "duration_ms", APPROVED, fact="claim_first_approvals", time="approved_at"),
    *timed("first_paid_cases", "duration_ms", fact="claim_first_payments", time="first_paid_at"),
    *timed("open_cases", "age_ms", fact="open_claims", time="open_at"),
    *timed("registered_cases", "lifetime_ms", fact="registered_claims", time="reported_at"),
    of_closings(name="closed_claims"),
    of_closings(name="months_to_close", amount="months", counted_by="closed_claims"),
    of_registered(name="claims_with_loss_day", conditions=(LOSS_KNOWN,)),
    of_registered(
        name="months_to_report",
        conditions=(LOSS_KNOWN,),
        amount="lag_months",
        counted_by="claims_with_loss_day",
    ),
    of_registered(name="claims_to_close", conditions=(NOT_WITHDRAWN, NOT_FOR_NOTHING)),
    of_registered(name="claims_closed_in_a_year", conditions=(NOT_WITHDRAWN, NOT_FOR_NOTHING, IN_A_YEAR)),
    of_routed(name="routed_claims", conditions=(ROUTED,)),
    of_routed(name="brand_matches", conditions=(ROUTED, MATCHED)),
    of_due(name="delegations_due"),
    of_due(name="delegations_on_time", conditions=(ON_TIME,)),
    of_completed(name="delegations_completed", conditions=(TOLD_WHETHER,)),
    of_completed(name="delegations_with_documents", conditions=(TOLD_WHETHER, COMPLETE)),
    of_payable(name="payable_approvals"),
    of_payable(name="approvals_paid_within_24h", conditions=(PAID_IN_TIME,)),
)
