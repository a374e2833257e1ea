"""Quality reviews with their score as a part of the best one."""

import polars as pl

from projections.metrics.derived.derived import Derived, Reading

PPM = 1_000_000
ABOUT = (
    "kind",
    "score",
    "out_of",
    "critical_error",
    "agent_id",
    "unit",
    "customer_id",
    "campaign_id",
    "tier",
    "reviewed_at",
)


def review_scores(reading: Reading) -> pl.DataFrame:
    """One row per review; `score_ppm` is score over best score in whole parts per million, halves up."""
    span = (reading.spans[0][0], reading.spans[-1][1])
    reviews = reading.facts("call_reviews", columns=ABOUT, time=("reviewed_at", *span))
    score, best = (_ten_thousandths(name) for name in ("score", "out_of"))
    whole = pl.when(best > 0).then(best)
    return reviews.with_columns(score_ppm=(score * (2 * PPM) + whole) // (2 * whole)).drop("score", "out_of")


def _ten_thousandths(column: str) -> pl.Expr:
    """A decimal of four places as a whole number, so that the division is exact."""
    return (pl.col(column) * 10_000).cast(pl.Int64)


REVIEW_SCORES = Derived(
    name="review_scores",
    reads=("call_reviews",),
    keys=("call", "version"),
    schema={
        "kind": pl.String(),
        "critical_error": pl.Boolean(),
        "agent_id": pl.String(),
        "unit": pl.String(),
        "customer_id": pl.String(),
        "campaign_id": pl.String(),
        "tier": pl.String(),
        "reviewed_at": pl.Datetime("us", "UTC"),
        "score_ppm": pl.Int64(),
    },
    rows=review_scores,
)
