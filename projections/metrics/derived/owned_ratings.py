"""Ratings in surveys with the owner of the rated process on the day, credited to who handled it then."""

import polars as pl

from projections.facts import SPECS
from projections.metrics.derived.derived import Derived, Reading

ABOUT = (
    "survey",
    "process",
    "channel",
    "score",
    "scale",
    "satisfied",
    "reason",
    "unit",
    "agent_id",
    "customer_id",
    "campaign_id",
    "tier",
    "rated_at",
    "subject_id",
)


def owned_ratings(reading: Reading) -> pl.DataFrame:
    """One row per rating; `unit` and `agent_id` of the rated call where the rating names neither."""
    span = (reading.spans[0][0], reading.spans[-1][1])
    ratings = reading.facts("customer_ratings", columns=ABOUT, time=("rated_at", *span))
    return _owned(_credited(ratings, reading), reading)


def _credited(ratings: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """A rating of a call belongs to who handled that call, unless it says itself to whom."""
    nameless = ratings.filter(
        pl.col("subject_id").str.starts_with("call-"), pl.col("unit").is_null(), pl.col("agent_id").is_null()
    )
    handled = reading.facts(
        "calls", columns=("unit", "agent_id"), equal={"call": nameless["subject_id"].unique().to_list()}
    ).select(subject_id="call", call_unit="unit", call_agent="agent_id")
    is_nameless = pl.col("unit").is_null() & pl.col("agent_id").is_null()
    return (
        ratings.join(handled, on="subject_id", how="left")
        .with_columns(
            unit=pl.when(is_nameless).then("call_unit").otherwise("unit"),
            agent_id=pl.when(is_nameless).then("call_agent").otherwise("agent_id"),
            other_stream=pl.when(is_nameless & pl.col("call_agent").is_not_null()).then("subject_id"),
        )
        .drop("call_unit", "call_agent")
    )


def _owned(ratings: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """The unit that owned the process on the local day of the rating; null where nobody was named."""
    owners = reading.rules("process_owner").select(
        "valid_from", process="name", owner=pl.col("body").str.json_decode(pl.String)
    )
    named = ratings.with_columns(day=pl.col("rated_at").dt.convert_time_zone(reading.zone.key).dt.date())
    return (
        named.sort("day")
        .join_asof(
            owners.sort("valid_from", maintain_order=True),
            left_on="day",
            right_on="valid_from",
            by="process",
            check_sortedness=False,
        )
        .drop("day", "valid_from", strict=False)
    )


OWNED_RATINGS = Derived(
    name="owned_ratings",
    reads=("customer_ratings", "calls", "organisation_rules"),
    keys=("customer", "version"),
    schema={
        **{name: SPECS["customer_ratings"].schema[name] for name in ABOUT},
        "owner": pl.String(),
        "other_stream": pl.String(),
    },
    rows=owned_ratings,
)
