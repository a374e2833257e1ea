"""What a customer asked and complained of, said of us, and heard from us."""

from collections.abc import Iterable

import polars as pl

from projections.metrics.catalogue.rating_rule import is_satisfied
from projections.views.churn.told_rows import IS_DECLARED, PERSON, ToldRows

SERVICE_READ = (
    *("calls", "requests", "complaints", "customer_ratings"),
    *("dissatisfactions", "contacts", "warnings"),
)
RECENT_DAYS, YEAR_DAYS = 90, 365
CANCELLATION = "cancellation"


def service_features(told: ToldRows) -> pl.DataFrame:
    """[person, is_declared, …] of who was heard of within a year; older complaints and the like are not read.

    Whoever was not heard of has no days of silence: nothing is known for a year. Counts are null there, too,
    and mean none.
    """
    parts = [
        _inbound(told),
        _complaints(told),
        _ratings(told),
        _dissatisfactions(told),
        _recent(told, "contacts", at="contacted_at", name="contacts_90_days"),
        _recent(told, "warnings", at="warned_at", name="warnings_90_days"),
    ]
    return together(parts)


def together(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Frames of [person, is_declared, …] as one, a row per person in any of them."""
    return pl.concat(parts, how="diagonal").group_by(PERSON).agg(pl.all().max())


def _recent(told: ToldRows, fact: str, *, at: str, name: str) -> pl.DataFrame:
    """How many rows of a fact lie within the recent days."""
    rows = told.of(fact, at=at, since=told.reading.days_before(RECENT_DAYS))
    return rows.group_by(PERSON).agg(pl.col(IS_DECLARED).any(), pl.len().cast(pl.Int64).alias(name))


def _inbound(told: ToldRows) -> pl.DataFrame:
    """Calls and requests, and the days since the last word of the customer, complaints and ratings too."""
    since, recent = told.reading.days_before(YEAR_DAYS), told.reading.days_before(RECENT_DAYS)
    calls = told.of("calls", at="offered_at", since=since, equal={"direction": ["inbound"]})
    requests = told.of("requests", "kind", at="raised_at", since=since)
    others = [
        told.of("complaints", at="filed_at", since=since).select(PERSON, IS_DECLARED, at="filed_at"),
        told.of("customer_ratings", at="rated_at", since=since).select(PERSON, IS_DECLARED, at="rated_at"),
    ]
    heard = pl.concat(
        [
            calls.select(PERSON, IS_DECLARED, at="offered_at", is_call=True),
            requests.select(PERSON, IS_DECLARED, at="raised_at", cancels=pl.col("kind") == CANCELLATION),
            *others,
        ],
        how="diagonal",
    )
    is_recent = pl.col("at") >= recent
    return heard.group_by(PERSON).agg(
        pl.col(IS_DECLARED).any(),
        days_since_contact=(told.reading.reference - pl.col("at").max()).dt.total_days(),
        calls_90_days=(pl.col("is_call") & is_recent).sum().cast(pl.Int64),
        cancellations_90_days=(pl.col("cancels") & is_recent).sum().cast(pl.Int64),
    )


def _complaints(told: ToldRows) -> pl.DataFrame:
    rows = told.of("complaints", "closed_at", at="filed_at", since=told.reading.days_before(YEAR_DAYS))
    is_recent = pl.col("filed_at") >= told.reading.days_before(RECENT_DAYS)
    return rows.group_by(PERSON).agg(
        pl.col(IS_DECLARED).any(),
        complaints_open=pl.col("closed_at").is_null().sum().cast(pl.Int64),
        complaints_90_days=is_recent.sum().cast(pl.Int64),
        complaints_365_days=pl.len().cast(pl.Int64),
    )


def _ratings(told: ToldRows) -> pl.DataFrame:
    """The share of satisfied answers among the ratings of surveys and of calls."""
    since = told.reading.days_before(YEAR_DAYS)
    surveys = told.of("customer_ratings", "score", "scale", "satisfied", at="rated_at", since=since)
    calls = told.of("calls", "rating_score", "rating_scale", "rating_satisfied", at="rated_at", since=since)
    of_calls = calls.rename({name: name.removeprefix("rating_") for name in calls.columns})
    told_of = pl.concat([surveys, of_calls.select(surveys.columns)]).with_columns(
        is_satisfied=is_satisfied("satisfied", "score", "scale")
    )
    return told_of.group_by(PERSON).agg(
        pl.col(IS_DECLARED).any(), satisfied_share=pl.col("is_satisfied").mean().round(4)
    )


def _dissatisfactions(told: ToldRows) -> pl.DataFrame:
    rows = told.of(
        "dissatisfactions", "repaired_at", at="dissatisfied_at", since=told.reading.days_before(YEAR_DAYS)
    )
    return rows.group_by(PERSON).agg(
        pl.col(IS_DECLARED).any(),
        dissatisfied_open=pl.col("repaired_at").is_null().sum().cast(pl.Int64),
        dissatisfied_365_days=pl.len().cast(pl.Int64),
    )
