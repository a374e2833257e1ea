"""What the rows of a membership take from its enrolment, since a source need not say it with every event."""

import polars as pl

ENROLLED = "member.enrolled"
FROM_ENROLMENT = ("programme", "customer_id", "unit")


def with_enrolment(own: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Give events the programme of their stream's enrolment, and its customer and unit if they say none.

    The first enrolment counts; `events` are the whole streams of `own`, with the columns of FROM_ENROLMENT.
    """
    enrolments = (
        events.filter(pl.col("topic") == ENROLLED)
        .sort("occurred_at", "position")
        .unique("originator_id", keep="first", maintain_order=True)
        .select("originator_id", *(pl.col(name).alias(f"{name}_enrolled") for name in FROM_ENROLMENT))
    )
    return (
        own.join(enrolments, on="originator_id", how="left", maintain_order="left")
        .with_columns(
            programme="programme_enrolled",
            customer_id=pl.coalesce("customer_id", "customer_id_enrolled"),
            unit=pl.coalesce("unit", "unit_enrolled"),
        )
        .select(own.columns)
    )
