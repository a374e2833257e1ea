"""What happened in the 30, 60 and 90 days before a moment: calls, complaints, low ratings, contacts."""

from datetime import datetime, timedelta

import polars as pl

from projections.metrics.catalogue.rating_rule import is_satisfied
from projections.views.customer_activity import CALLBACK_CHANNEL
from projections.views.people import WHO, People
from projections.views.reading import ViewReading

WINDOWS = (30, 60, 90)
"""Days before a moment, each of 24 hours, the moment itself left out."""
SIGNALS = ("calls", "unresolved_calls", "complaints", "low_ratings", "contacts")
READ_FACTS = ("calls", "complaints", "customer_ratings", "contacts", "callback_attempts")
SAID_OF_CALL = ("rating_satisfied", "rating_score", "rating_scale")
SAID = ("satisfied", "score", "scale")


def happened(reading: ViewReading, people: People, *, since: int) -> pl.DataFrame:
    """[who, signal, at] of everything of these signals in the last `since` local days.

    Calls are inbound; a rating is low if it says so to be not satisfied; contacts are outbound, attempts to
    call back that name the customer among them.
    """
    calls = people.read(
        reading, "calls", "direction", "resolved", *SAID_OF_CALL, at="offered_at", since=since
    )
    inbound = calls.filter(direction="inbound")
    contacts = people.read(reading, "contacts", "channel", at="contacted_at", since=since)
    rated = people.read(reading, "customer_ratings", *SAID, at="rated_at", since=since)
    parts = [
        _signal("calls", inbound, at="offered_at"),
        _signal("unresolved_calls", inbound.filter(~pl.col("resolved")), at="offered_at"),
        _signal("low_ratings", calls.filter(~is_satisfied(*SAID_OF_CALL)), at="offered_at"),
        _signal("low_ratings", rated.filter(~is_satisfied(*SAID)), at="rated_at"),
        _signal("complaints", people.read(reading, "complaints", at="filed_at", since=since), at="filed_at"),
        _signal(
            "contacts", contacts.filter(pl.col("channel").ne_missing(CALLBACK_CHANNEL)), at="contacted_at"
        ),
        _signal(
            "contacts",
            people.read(reading, "callback_attempts", at="attempted_at", since=since),
            at="attempted_at",
        ),
    ]
    return pl.concat(parts)


def _signal(name: str, rows: pl.DataFrame, *, at: str) -> pl.DataFrame:
    return rows.select(WHO, pl.lit(name, pl.String).alias("signal"), at=at)


def counted_before(told: pl.DataFrame, moments: pl.DataFrame) -> pl.DataFrame:
    """[who, calls_30_days_before, …] of people with a moment [who, moment]."""
    met = told.join(moments, on=WHO)
    return met.group_by(WHO).agg(
        _is_counted(signal, days).sum().cast(pl.Int64).alias(column(signal, days))
        for signal in SIGNALS
        for days in WINDOWS
    )


def _is_counted(signal: str, days: int) -> pl.Expr:
    return is_before("moment", days) & (pl.col("signal") == signal)


def counted_at(told: pl.DataFrame, moment: datetime) -> pl.DataFrame:
    """[signal, days, times, persons]: how often, and of how many persons, before one moment for all."""
    dated = told.with_columns(moment=pl.lit(moment))
    counted = [
        dated.filter(is_before("moment", days))
        .group_by("signal")
        .agg(times=pl.len().cast(pl.Int64), persons=pl.col(WHO).n_unique().cast(pl.Int64))
        .with_columns(days=pl.lit(days, pl.Int64))
        for days in WINDOWS
    ]
    return pl.concat(counted).select("signal", "days", "times", "persons")


def is_before(moment: str, days: int) -> pl.Expr:
    """Whether something happened within so many days before a moment."""
    return (pl.col("at") < pl.col(moment)) & (pl.col("at") >= pl.col(moment) - timedelta(days=days))


def column(signal: str, days: int) -> str:
    """What the count of a signal in a window is called."""
    return f"{signal}_{days}_days_before"
