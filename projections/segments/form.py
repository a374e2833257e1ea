"""What the file of a topic holds: every field typed, and the raw rows of events that cannot be read so."""

from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256

import polars as pl

from domain.envelope import field_kinds
from domain.topics import TOPICS, UPCASTERS
from domain.upcasters import Upcaster
from infra.event_store.log import LOG_SCHEMA
from projections.facts.decode import VOIDED_VERSION, decode
from projections.facts.spec import FRAME_TYPES, ROW_FIELDS, VOID_TOPIC

FORMAT = 1
"""Raised by one when files are written otherwise; ranges of another format are made again."""
RAW = "raw"
"""Stands for a topic where rows are kept as the log has them: no topic is without a dot."""
POISON_AT_MOST = 8
"""Unreadable events of one topic and window that are taken out one by one; then the rest stays raw."""


@cache
def columns_of(topic: str) -> Mapping[str, pl.DataType]:
    """The columns of a topic's file with their types."""
    return {**ROW_FIELDS, **_fields(topic), **({VOIDED_VERSION: pl.Int64()} if topic == VOID_TOPIC else {})}


@cache
def form_of(topic: str) -> str:
    """A print of how a topic's events are read: its fields and what was rewritten into them.

    A file with another print was written for other events than the program knows, and is made again.
    """
    if topic == RAW:
        return ""
    kinds = [(name, kind.kind, kind.required) for name, kind in field_kinds(TOPICS[topic]).items()]
    return sha256(
        repr((kinds, [one for one in UPCASTERS if _told_as(one.to_topic) == topic])).encode()
    ).hexdigest()


def by_topic(log: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """Part the log's rows by the topic that they are read as; what cannot be read so comes as RAW.

    Raw are unknown topics, streams of another kind than the topic's, and events of which any field is
    poison: whoever reads them decodes them as from the log, and finds the same poison or none.
    """
    stream = pl.col("originator_id").str.split_exact("-", 1).struct.field("field_0")
    at_home = (stream == pl.col("topic").str.split_exact(".", 1).struct.field("field_0")) | (
        pl.col("topic") == VOID_TOPIC
    )
    marked = log.with_columns(at_home.alias("at_home"))
    for (topic, is_home), rows in marked.partition_by(
        "topic", "at_home", as_dict=True, include_key=True
    ).items():
        told = _told_as(str(topic))
        kept = rows.drop("at_home")
        yield from _typed(kept, topic=told) if is_home and told in TOPICS else [(RAW, kept)]


def _typed(rows: pl.DataFrame, *, topic: str) -> Iterator[tuple[str, pl.DataFrame]]:
    """The events before a poison, the poison raw, and so on."""
    for _ in range(POISON_AT_MOST):
        decoded = decode(rows, fields=_fields(topic), topics=[topic], upcasters=UPCASTERS)
        if decoded.events.height:
            yield topic, decoded.events.select(columns_of(topic).keys())
        if decoded.poison is None:
            return
        at = pl.col("position")
        yield RAW, rows.filter(at == decoded.poison.position)
        rows = rows.filter(at > decoded.poison.position)
    yield RAW, rows


def _fields(topic: str) -> dict[str, pl.DataType]:
    """Every field of a topic but those that the log's own columns name."""
    kinds = field_kinds(TOPICS[topic])
    return {name: FRAME_TYPES[kind.kind] for name, kind in kinds.items() if name not in ROW_FIELDS}


def _told_as(topic: str) -> str:
    """The topic in force that a topic is read as."""
    steps: dict[str, Upcaster] = {one.from_topic: one for one in UPCASTERS}
    while topic in steps:
        topic = steps[topic].to_topic
    return topic


def schema_of(topic: str) -> Mapping[str, pl.DataType]:
    """The columns of a file, be it a topic's or the raw one."""
    return LOG_SCHEMA if topic == RAW else columns_of(topic)
