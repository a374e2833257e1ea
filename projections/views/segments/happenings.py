"""What happens at a moment and is told by more than one fact, or not as of its own event."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from projections.metrics.catalogue.rating_rule import is_satisfied
from projections.views.reading import ViewReading
from projections.views.segments.counted import counted, parts
from projections.views.segments.everybody import BEGINNING

CALLBACK_CHANNEL = "callback"
"""A contact on this channel repeats an attempt that the callback's own stream tells."""


def calls_by_outcome(reading: ViewReading, narrowed: Sequence[str]) -> pl.DataFrame:
    """Inbound calls as of their outcome, which is not known before."""
    columns = ["customer_id", "outcome_at", *narrowed]
    calls = reading.facts("calls", columns=columns, equal={"direction": ["inbound"]}, envelope=False)
    topic = "call." + pl.col("outcome")
    return counted(calls, narrowed, customer="customer_id", stream="call", at="outcome_at", topic=topic)


def contacts(reading: ViewReading, narrowed: Sequence[str]) -> pl.DataFrame:
    """Contacts, and attempts to call back under the callback's purpose."""
    told = reading.facts("contacts", columns=["channel", "purpose", "contacted_at"], envelope=False)
    others = told.filter(pl.col("channel").ne_missing(CALLBACK_CHANNEL))
    attempts, scheduled = _called_back(reading)
    called = attempts.join(
        scheduled.select("callback", "purpose", whom="customer_id"), on="callback", how="left"
    ).with_columns(channel=pl.lit(CALLBACK_CHANNEL), customer=pl.coalesce("customer_id", "whom"))
    return pl.concat(
        [
            counted(
                others,
                narrowed,
                customer="customer",
                stream="customer",
                at="contacted_at",
                topic=pl.lit("customer.contacted"),
                version="version",
            ),
            counted(
                called,
                narrowed,
                customer="customer",
                stream="callback",
                at="attempted_at",
                topic=pl.lit("callback.attempted"),
                version="version",
            ),
        ]
    )


def _called_back(reading: ViewReading) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Attempts to call back and the callbacks: either may name the customer, or both."""
    asked = {"callback_attempts": ["customer_id", "attempted_at"], "callbacks": ["customer_id", "purpose"]}
    told = {fact: reading.facts(fact, columns=columns, envelope=False) for fact, columns in asked.items()}
    if reading.customers is not None:
        named = pl.concat([rows["callback"] for rows in told.values()]).unique().to_list()
        everybody = replace(reading, customers=None)
        told = {
            fact: everybody.facts(fact, columns=columns, equal={"callback": named}, envelope=False)
            for fact, columns in asked.items()
        }
    return told["callback_attempts"], told["callbacks"]


def ratings(reading: ViewReading, narrowed: Sequence[str]) -> pl.DataFrame:
    """Ratings in surveys and of calls; satisfied by the customer's word, else by the two top boxes."""
    return pl.concat([_of_surveys(reading, narrowed), _of_calls(reading, narrowed)])


def _of_surveys(reading: ViewReading, narrowed: Sequence[str]) -> pl.DataFrame:
    told = ["survey", "process", "channel", "reason", "score", "scale", "satisfied"]
    surveys = reading.facts("customer_ratings", columns=["rated_at", *told], envelope=False)
    return counted(
        surveys.with_columns(satisfied=is_satisfied("satisfied", "score", "scale")),
        narrowed,
        customer="customer",
        stream="customer",
        at="rated_at",
        topic=pl.lit("customer.rated"),
        version="version",
    )


def _of_calls(reading: ViewReading, narrowed: Sequence[str]) -> pl.DataFrame:
    told = ["customer_id", "purpose", "channel", "rating_score", "rating_scale", "rating_satisfied"]
    calls = reading.facts(
        "calls", columns=["rated_at", *told], time=("rated_at", BEGINNING, None), envelope=False
    )
    named = calls.with_columns(
        survey=pl.lit("call"),
        process=pl.col("purpose"),
        reason=pl.lit(None, pl.String),
        satisfied=is_satisfied("rating_satisfied", "rating_score", "rating_scale"),
    )
    return counted(
        named, narrowed, customer="customer_id", stream="call", at="rated_at", topic=pl.lit("call.rated")
    )


def spend(reading: ViewReading, narrowed: Sequence[str]) -> pl.DataFrame:
    """Spend of each period of usage as it was last told, at noon of the period's last local day."""
    found = reading.facts(
        "usage_months", columns=["period_end", "spend", "told_at", *narrowed], envelope=False
    )
    noon = pl.col("period_end").cast(pl.Datetime("us")) - pl.duration(hours=12)
    return counted(
        found.filter(pl.col("spend").is_not_null()),
        narrowed,
        customer="customer",
        stream="customer",
        at="told_at",
        happened=noon.dt.replace_time_zone(str(reading.zone)).dt.convert_time_zone("UTC"),
        amount=parts("spend"),
        topic=pl.lit("customer.usage_recorded"),
    )
