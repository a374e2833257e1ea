"""Ratings in surveys with the owner of the rated process on the day, credited to who handled it then."""

import polars as pl

from projections.facts import SPECS
from projections.metrics.derived.derived import Derived, Reading

KEYS = ("customer", "version")
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
    """One row per rating; where it names neither unit nor agent, those who handled its subject then."""
    span = (reading.spans[0][0], reading.spans[-1][1])
    ratings = reading.facts("customer_ratings", columns=ABOUT, time=("rated_at", *span))
    return _owned(_credited(ratings, reading), reading)


def _credited(ratings: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    nameless = ratings.filter(pl.col("unit").is_null(), pl.col("agent_id").is_null()).select(
        *KEYS, "subject_id", "rated_at"
    )
    handled = pl.concat([_by_call(nameless, reading), _by_complaint(nameless, reading)])
    return (
        ratings.join(handled, on=KEYS, how="left")
        .with_columns(
            unit=pl.coalesce("unit", "handling_unit"), agent_id=pl.coalesce("agent_id", "handling_agent")
        )
        .drop("handling_unit", "handling_agent")
    )


def _by_call(nameless: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """A rating of a call goes to who handled that call last."""
    of_calls = nameless.filter(pl.col("subject_id").str.starts_with("call-"))
    calls = reading.facts(
        "calls", columns=("unit", "agent_id"), equal={"call": of_calls["subject_id"].unique().to_list()}
    )
    return of_calls.join(calls, left_on="subject_id", right_on="call").select(
        *KEYS,
        pl.col("unit").alias("handling_unit"),
        pl.col("agent_id").alias("handling_agent"),
        pl.col("subject_id").alias("other_stream"),
    )


def _by_complaint(nameless: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """A rating of a complaint goes to the unit with which it lay at that moment."""
    of_complaints = nameless.filter(pl.col("subject_id").str.starts_with("complaint-"))
    given = reading.facts(
        "complaint_assignments",
        columns=("to_unit", "assigned_at"),
        equal={"complaint": of_complaints["subject_id"].unique().to_list()},
    ).filter(pl.col("assigned_at").is_not_null())
    return (
        of_complaints.sort("rated_at")
        .join_asof(
            given.sort("assigned_at", "first_position").select("complaint", "to_unit", "assigned_at"),
            left_on="rated_at",
            right_on="assigned_at",
            by_left="subject_id",
            by_right="complaint",
            check_sortedness=False,
        )
        .filter(pl.col("to_unit").is_not_null())
        .select(
            *KEYS,
            pl.col("to_unit").alias("handling_unit"),
            pl.lit(None, pl.String).alias("handling_agent"),
            pl.col("subject_id").alias("other_stream"),
        )
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
    reads=("customer_ratings", "calls", "complaint_assignments", "organisation_rules"),
    keys=KEYS,
    schema={
        **{name: SPECS["customer_ratings"].schema[name] for name in ABOUT},
        "owner": pl.String(),
        "other_stream": pl.String(),
    },
    rows=owned_ratings,
)
