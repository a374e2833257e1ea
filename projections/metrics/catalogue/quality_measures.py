"""What is summed over quality reviews of calls and inspections of units and partners."""

import polars as pl

from projections.metrics.measure import Condition, Measure

SCORED = Condition(holds=pl.col("score_ppm").is_not_null(), otherwise="out of nothing")
CRITICAL = Condition(holds=pl.col("critical_error"), otherwise="no critical error")

REVIEW_MEASURES = (
    Measure(name="reviews", fact="call_reviews", time="reviewed_at"),
    Measure(
        name="reviews_with_critical_error", fact="call_reviews", time="reviewed_at", conditions=(CRITICAL,)
    ),
    Measure(name="scored_reviews", fact="review_scores", time="reviewed_at", conditions=(SCORED,)),
    Measure(
        name="review_score_ppm",
        fact="review_scores",
        time="reviewed_at",
        conditions=(SCORED,),
        amount="score_ppm",
        counted_by="scored_reviews",
    ),
)

REVIEW_GROUPINGS = ((), ("kind",), ("unit",))


def inspection_measures(whose: str) -> tuple[Measure, ...]:
    """How many inspections of units or partners, what they gave and what they could have given."""
    fact, count = f"{whose}_inspections", f"{whose}_inspections"
    return Measure(name=count, fact=fact, time="inspected_at"), *(
        Measure(
            name=f"{whose}_inspection_{column}",
            fact=fact,
            time="inspected_at",
            amount=column,
            sql_type="numeric",
            counted_by=count,
        )
        for column in ("points", "out_of")
    )


INSPECTION_MEASURES = (*inspection_measures("unit"), *inspection_measures("partner"))

UNIT_INSPECTION_GROUPINGS = ((), ("kind",), ("unit",), ("unit", "kind"))
PARTNER_INSPECTION_GROUPINGS = ((), ("kind",), ("partner_id",))
