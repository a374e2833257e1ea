"""The events behind rows: what was told when, never what was said of a person."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import polars as pl
import strawberry

from graphql_api.scalars import BigInt
from graphql_api.told import told
from infra.event_store.log import EventLog
from projections.facts.refold import told_before
from projections.metrics.explain import Page
from projections.metrics.question import Question

MOST_OPENED = 1_000
"""Rows whose events are looked up for one answer."""
INSTANT = pl.Datetime("us", "UTC")
WRITTEN = "%Y-%m-%dT%H:%M:%S%.6fZ"
CLOCKS = ("occurred_at", "recorded_at")
COLUMNS = ("stream", "topic", "version", "position", *CLOCKS)


@strawberry.type(description="One event of the log, without what it says.")
class EventBehind:
    stream: strawberry.ID = told("The stream that it stands in.")
    topic: str = told("What kind of event it is.")
    version: BigInt = told("Its number in the stream, from 1.")
    position: BigInt = told("Its position in the log.")
    occurred_at: datetime = told("When it happened.")
    recorded_at: datetime = told("When it was put on record.")


def events_behind(log: EventLog, page: Page, question: Question) -> list[list[EventBehind]]:
    """For each explained row the events of its stream that made it, as the question knows them.

    Of another stream that it looked at, all of its events by then.
    """
    rows = page.rows
    streams = [name for column in ("stream", "other_stream") for name in rows[column].drop_nulls().to_list()]
    events = told_before(
        read_events(log, streams, upto=page.position),
        as_of=question.as_of,
        known_at=question.known_at,
        position=question.position,
    )
    by_stream = events_by_stream(events)
    bounds = rows.select("stream", "other_stream", "first_position", "last_position").iter_rows()
    return [
        [
            *(one for one in by_stream.get(stream, ()) if first <= one.position <= last),
            *(by_stream.get(other, ()) if other else ()),
        ]
        for stream, other, first, last in bounds
    ]


def read_events(log: EventLog, streams: Iterable[str], *, upto: int) -> pl.DataFrame:
    """Events of these streams up to a position, in order: COLUMNS, times in UTC."""
    found = log.read_streams(list(dict.fromkeys(streams)), upto)
    clocks = (
        pl.col("state").str.json_path_match(f"$.{name}").str.to_datetime(WRITTEN, time_zone="UTC").alias(name)
        for name in CLOCKS
    )
    return found.with_columns(*clocks).select(
        pl.col("originator_id").alias("stream"),
        "topic",
        pl.col("originator_version").alias("version"),
        "position",
        *CLOCKS,
    )


def told_between(events: pl.DataFrame, first: datetime, last: datetime) -> pl.DataFrame:
    """Those put on record in [first, last)."""
    return events.filter(
        pl.col("recorded_at").is_between(first.astimezone(UTC), last.astimezone(UTC), closed="left")
    )


def events_by_stream(events: pl.DataFrame) -> Mapping[str, list[EventBehind]]:
    found: dict[str, list[EventBehind]] = {}
    for row in events.select(COLUMNS).iter_rows(named=True):
        found.setdefault(row["stream"], []).append(EventBehind(**row))
    return found
