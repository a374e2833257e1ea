"""What is counted over the complaints that are made when read: hidden, open, repeated, attributed anew."""

import polars as pl

from projections.metrics.catalogue.complaint_measures import IN_FORCE, LEADS
from projections.metrics.derived.reattributed_complaints import READINGS, fact_of_reading
from projections.metrics.derived.whole_complaints import whole
from projections.metrics.measure import Condition, Measure

NEVER_ATTRIBUTED = Condition(
    holds=pl.col("is_hidden"), otherwise="liability was attributed for a complaint that came of the call"
)
SAME_MATTER = Condition(
    holds=pl.col("previous").is_not_null(),
    otherwise="no complaint of this customer on the same category or subject in the 30 days before",
)
FILING_TOLD = Condition(holds=pl.col("age_ms").is_not_null(), otherwise="nobody told the filing")


def reattribution_measures(reading: str) -> tuple[Measure, ...]:
    """Parties, shares and complaints under a reading, and the shares of all parties together."""
    fact = fact_of_reading(reading)
    return (
        Measure(name=f"parties_{reading}", fact=fact, time="filed_at"),
        Measure(
            name=f"shares_{reading}",
            fact=fact,
            time="filed_at",
            amount="share",
            counted_by=f"parties_{reading}",
        ),
        Measure(name=f"complaints_{reading}", fact=fact, conditions=(LEADS,), time="filed_at"),
        Measure(name=f"all_parties_{reading}", fact=whole(fact), time="filed_at"),
        Measure(
            name=f"all_shares_{reading}",
            fact=whole(fact),
            time="filed_at",
            amount="share",
            counted_by=f"all_parties_{reading}",
        ),
    )


COMPLAINT_DERIVED_MEASURES = (
    Measure(name="key_press_calls", fact="hidden_complaints", time="offered_at"),
    Measure(
        name="hidden_complaints",
        fact="hidden_complaints",
        conditions=(NEVER_ATTRIBUTED,),
        time="offered_at",
    ),
    Measure(name="open_complaints", fact="open_complaints", time="counted_at"),
    Measure(
        name="open_complaints_timed", fact="open_complaints", conditions=(FILING_TOLD,), time="counted_at"
    ),
    Measure(
        name="open_complaint_ms",
        fact="open_complaints",
        time="counted_at",
        amount="age_ms",
        counted_by="open_complaints_timed",
    ),
    Measure(name="matters", fact="repeated_matters", time="filed_at"),
    Measure(name="repeated_matters", fact="repeated_matters", conditions=(SAME_MATTER,), time="filed_at"),
    Measure(name="all_complaints", fact=whole("complaints"), time="filed_at"),
    Measure(
        name="all_liable_parties",
        fact=whole("complaint_liabilities"),
        conditions=(IN_FORCE,),
        time="filed_at",
    ),
    Measure(
        name="all_liable_shares",
        fact=whole("complaint_liabilities"),
        conditions=(IN_FORCE,),
        time="filed_at",
        amount="share",
        counted_by="all_liable_parties",
    ),
    Measure(
        name="all_complaints_after_appeal",
        fact=whole("complaint_liabilities"),
        conditions=(IN_FORCE, LEADS),
        time="filed_at",
    ),
    *(measure for reading in READINGS for measure in reattribution_measures(reading)),
)
