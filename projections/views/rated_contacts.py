"""Who could have rated and who did: answered calls, ratings asked for in surveys, and ratings given."""

from datetime import datetime

import polars as pl

from projections.metrics.catalogue.call_measures import ANSWERED, INBOUND
from projections.metrics.catalogue.rating_rule import is_satisfied
from projections.views.reading import ViewReading

CALL_SURVEY = "call"
"""The survey under which ratings of calls are told."""


def rated_contacts(reading: ViewReading, start: datetime, end: datetime) -> pl.DataFrame:
    """One row per call, rating and request of a time: [at, survey, …, flag, reason, is_asked, is_given].

    `is_asked` rows count who could have rated, `is_given` ones among them who did.
    """
    calls = reading.facts(
        "calls",
        envelope=False,
        columns=CALL_COLUMNS,
        time=("offered_at", start, end),
        equal={"direction": ["inbound"], "outcome": ["answered"]},
    )
    ratings = reading.derived("owned_ratings", (start, end))
    requests = reading.facts(
        "rating_requests", envelope=False, columns=REQUEST_COLUMNS, time=("requested_at", start, end)
    )
    return pl.concat(
        [call_contacts(owned(calls, reading)), survey_ratings(ratings), rating_requests(requests)]
    )


CALL_COLUMNS = [
    "direction",
    "outcome",
    "offered_at",
    "purpose",
    "channel",
    "unit",
    "tier",
    "rating_score",
    "rating_scale",
    "rating_satisfied",
]
CONTACT = (
    "at",
    "survey",
    "process",
    "owner",
    "channel",
    "unit",
    "tier",
    "score",
    "scale",
    "flag",
    "reason",
    "is_asked",
    "is_given",
)
REQUEST_COLUMNS = ["survey", "unit", "tier", "requested_at", "rated_at"]


def owned(calls: pl.DataFrame, reading: ViewReading) -> pl.DataFrame:
    """Add the unit that owned the call's process, which is its purpose, on the local day of its offer."""
    owners = reading.rules("process_owner").select(
        "valid_from", purpose="name", owner=pl.col("body").str.json_decode(pl.String)
    )
    return (
        calls.with_columns(day=pl.col("offered_at").dt.convert_time_zone(reading.zone.key).dt.date())
        .sort("day")
        .join_asof(
            owners.sort("valid_from", maintain_order=True),
            left_on="day",
            right_on="valid_from",
            by="purpose",
            check_sortedness=False,
        )
    )


def call_contacts(calls: pl.DataFrame) -> pl.DataFrame:
    """Answered inbound calls, rated or not: [at, survey, …, flag, reason, is_asked, is_given]."""
    told = is_satisfied("rating_satisfied", "rating_score", "rating_scale")
    return calls.filter(INBOUND.holds & ANSWERED.holds).select(
        pl.col("offered_at").alias("at"),
        pl.lit(CALL_SURVEY).alias("survey"),
        pl.col("purpose").alias("process"),
        "owner",
        "channel",
        "unit",
        "tier",
        pl.col("rating_score").alias("score"),
        pl.col("rating_scale").alias("scale"),
        pl.col("rating_satisfied").alias("flag"),
        pl.lit(None, pl.String).alias("reason"),
        pl.lit(value=True).alias("is_asked"),
        told.is_not_null().alias("is_given"),
    )


def survey_ratings(ratings: pl.DataFrame) -> pl.DataFrame:
    """Ratings given in surveys, in the same columns; who was asked is told by requests."""
    return ratings.select(
        pl.col("rated_at").alias("at"),
        "survey",
        "process",
        "owner",
        "channel",
        "unit",
        "tier",
        "score",
        "scale",
        pl.col("satisfied").alias("flag"),
        "reason",
        pl.lit(value=False).alias("is_asked"),
        pl.lit(value=False).alias("is_given"),
    )


def rating_requests(requests: pl.DataFrame) -> pl.DataFrame:
    """Ratings asked for, in the same columns: they count who was asked and who answered, and no scores."""
    nothing = {name: pl.lit(None, pl.String) for name in ("process", "owner", "channel", "reason")}
    return requests.select(
        pl.col("requested_at").alias("at"),
        "survey",
        "unit",
        "tier",
        score=pl.lit(None, pl.Decimal(38, 4)),
        scale=pl.lit(None, pl.Int64),
        flag=pl.lit(None, pl.Boolean),
        is_asked=pl.lit(value=True),
        is_given=pl.col("rated_at").is_not_null(),
        **nothing,
    ).select(CONTACT)
