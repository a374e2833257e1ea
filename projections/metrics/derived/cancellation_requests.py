"""Every request to cancel, and whether the customer was gone 90 days later."""

from datetime import timedelta

import polars as pl

from projections.metrics.derived.derived import Derived, Reading
from projections.metrics.derived.spans import ENVELOPE_COLUMNS, INSTANT, STREAM

SAVED_FOR = timedelta(days=90)
COLUMNS = ("channel", "unit", "agent_id", "customer_id", "campaign_id", "tier", "raised_at")


def cancellation_requests(reading: Reading) -> pl.DataFrame:
    """Requests of the kind `cancellation`; `is_gone`: left by 90 days later, and not back by then."""
    raised = reading.facts(
        "requests",
        columns=COLUMNS,
        time=("raised_at", reading.spans[0][0], reading.spans[-1][1]),
        equal={"kind": ["cancellation"]},
    )
    known = raised.filter(pl.col("customer_id").is_not_null())
    churns = reading.facts("churns", columns=("churned_at", "won_back_at")).select(
        pl.col("customer").str.strip_prefix(STREAM).alias("customer_id"), "churned_at", "won_back_at"
    )
    due = pl.col("raised_at") + SAVED_FOR
    back = (pl.col("won_back_at") < due).fill_null(value=False)
    gone = known.join(churns, on="customer_id").filter(pl.col("churned_at") < due, ~back)
    return known.with_columns(
        is_gone=pl.col("request").is_in(gone["request"].unique().implode()),
        other_stream=STREAM + pl.col("customer_id"),
    ).select("request", *COLUMNS, "is_gone", "other_stream", *ENVELOPE_COLUMNS)


CANCELLATION_REQUESTS = Derived(
    name="cancellation_requests",
    reads=("requests", "churns"),
    keys=("request",),
    schema={
        "channel": pl.String(),
        "unit": pl.String(),
        "agent_id": pl.String(),
        "customer_id": pl.String(),
        "campaign_id": pl.String(),
        "tier": pl.String(),
        "raised_at": INSTANT,
        "is_gone": pl.Boolean(),
        "other_stream": pl.String(),
    },
    rows=cancellation_requests,
)
