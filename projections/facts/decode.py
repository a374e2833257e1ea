"""From the log's rows to typed frames: one decode per stream and batch, and the first poison event named.

`pl.read_ndjson` is asked only for the fields that facts need, times as text (a Datetime in its schema is
15 times slower). It turns a missing field into null silently, so required fields are checked afterwards.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, reduce

import msgspec
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from domain.envelope import field_kinds
from domain.topics import TOPICS, UPCASTERS, superseded_topics
from domain.upcasters import Upcaster
from projections.facts.spec import MONEY, ROW_FIELDS, UTC, VOID_TOPIC, FactSpec
from projections.facts.upcast import in_force

VOIDED_VERSION = "voided_version"
APART = 5_000
"""Events from which each topic is read by itself: a line is then looked through for its own fields only."""


@dataclass(frozen=True)
class Poison:
    """The first event of a batch that cannot be read, and why."""

    position: int
    reason: str


@dataclass(frozen=True)
class Decoded:
    """Events before the poison, if there is one, with the row's columns and the wanted fields."""

    events: pl.DataFrame
    poison: Poison | None


def wanted_fields(specs: Iterable[FactSpec]) -> dict[str, pl.DataType]:
    """The union of the fields that facts of one stream need."""
    return reduce(lambda known, one: known | dict(one.fields), specs, {})


def decode(
    log: pl.DataFrame,
    *,
    fields: Mapping[str, pl.DataType],
    topics: Iterable[str],
    upcasters: tuple[Upcaster, ...] = UPCASTERS,
) -> Decoded:
    """Type the events of one stream.

    `log` has position, originator_id, originator_version, topic, state (text), ordered by position. The
    result has ROW_FIELDS, `fields`, and `voided_version` for voids; only rows whose topic is in `topics`, was
    superseded by one of them, or is a void are in it. A text field holding another JSON scalar is read as its
    text; any other wrong type is poison.
    """
    reading = _Reading(fields=fields, topics=frozenset([*topics, VOID_TOPIC]), upcasters=upcasters)
    unknown = _first_unknown(log, reading)
    if unknown is not None:
        return _before(log, unknown, reading)
    try:
        events = _typed(log, reading)
    except (pl.exceptions.PolarsError, ValueError):
        return _before(log, _first_undecodable(log, reading), reading)
    missing = _first_missing(events, fields=fields)
    if missing is not None:
        return Decoded(events.filter(pl.col("position") < missing.position), missing)
    return Decoded(events, None)


class UnreadableEvent(Exception):
    """A stream that a fact has taken in holds an event that can no longer be read."""


def readable(spec: FactSpec, log: pl.DataFrame) -> pl.DataFrame:
    """The events of whole streams that a fact has already taken in; raises UnreadableEvent."""
    read = log.filter(pl.col("topic").is_in([*_told_as(spec.topics), VOID_TOPIC]))
    decoded = decode(read, fields=wanted_fields([spec]), topics=spec.topics)
    if decoded.poison is not None:
        poison = decoded.poison
        raise UnreadableEvent(f"{spec.name}: event at position {poison.position}: {poison.reason}")
    return decoded.events


def _told_as(topics: Iterable[str]) -> list[str]:
    """These topics and those that they superseded."""
    return [*topics, *superseded_topics(UPCASTERS)]


@dataclass(frozen=True)
class _Reading:
    """What to read of a log, and how."""

    fields: Mapping[str, pl.DataType]
    topics: frozenset[str]
    upcasters: tuple[Upcaster, ...]


def _before(log: pl.DataFrame, poison: Poison, reading: _Reading) -> Decoded:
    earlier = decode(
        log.filter(pl.col("position") < poison.position),
        fields=reading.fields,
        topics=reading.topics,
        upcasters=reading.upcasters,
    )
    return earlier if earlier.poison else Decoded(earlier.events, poison)


def _typed(log: pl.DataFrame, reading: _Reading) -> pl.DataFrame:
    log = in_force(log, reading.upcasters).filter(pl.col("topic").is_in(reading.topics))
    every = dict(reading.fields) | {VOIDED_VERSION: pl.Int64()}
    if log.height < APART:
        return _payloads(log, every)
    parts = log.partition_by("topic", as_dict=True)
    typed = [_payloads(part, _told_by(str(topic), every)) for (topic,), part in parts.items()]
    nothing = pl.DataFrame(schema={**ROW_FIELDS, **every})
    return pl.concat([nothing, *typed], how="diagonal").sort("position")


def _payloads(log: pl.DataFrame, fields: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """The log's rows with these fields of their states."""
    wire = {_on_the_wire(name): _wire_type(dtype) for name, dtype in fields.items()}
    payload = pl.DataFrame(schema=wire) if log.is_empty() else pl.read_ndjson(_lines(log), schema=wire)
    if payload.height != log.height:
        raise ValueError(f"{log.height} events gave {payload.height} payloads")
    typed = (
        _typed_column(payload.get_column(_on_the_wire(name)), dtype).alias(name)
        for name, dtype in fields.items()
    )
    return log.select(*ROW_FIELDS).hstack(list(typed))


def _told_by(topic: str, fields: Mapping[str, pl.DataType]) -> dict[str, pl.DataType]:
    """Those of the fields that events of a topic may have."""
    kinds = field_kinds(TOPICS[topic])
    own = {name: dtype for name, dtype in fields.items() if _on_the_wire(name) in kinds}
    return own or {"occurred_at": UTC}


def _on_the_wire(name: str) -> str:
    return "version" if name == VOIDED_VERSION else name


def _lines(log: pl.DataFrame) -> bytes:
    """The states as lines of one buffer; through Arrow it is copied once, as a Python str three times."""
    joined = log.select(pl.col("state").str.join("\n")).to_series()
    buffer: bytes = joined.to_arrow(compat_level=pl.CompatLevel.oldest()).buffers()[2].to_pybytes()
    return buffer


def _wire_type(dtype: pl.DataType) -> pl.DataType:
    return dtype if dtype in (pl.Int64(), pl.Boolean()) else pl.String()


def _typed_column(column: pl.Series, dtype: pl.DataType) -> pl.Series:
    if dtype == UTC:
        return _instants(column)
    if dtype == pl.Date():
        return column.str.to_date("%Y-%m-%d")
    return column.cast(MONEY) if dtype == MONEY else column


def _instants(column: pl.Series) -> pl.Series:
    """Read times with a zone; Arrow's parser is strict, and ten times faster than a format string."""
    text = column.to_arrow(compat_level=pl.CompatLevel.oldest())
    return pl.Series(column.name, pc.cast(text, pa.timestamp("us", tz="UTC")), dtype=UTC)


@cache
def _required_of(topic: str) -> frozenset[str]:
    return frozenset(name for name, field in field_kinds(TOPICS[topic]).items() if field.required)


def _first_missing(events: pl.DataFrame, *, fields: Mapping[str, pl.DataType]) -> Poison | None:
    """Count nulls once per topic; the place is looked for only where a required field has some."""
    nulls = events.group_by("topic").agg(pl.col(*fields).null_count()).to_dicts()
    found = [
        Poison(
            _first_null(events, topic=counts["topic"], name=name), f"required field {name} is missing or null"
        )
        for counts in nulls
        for name in _required_of(counts["topic"]) & fields.keys()
        if counts[name] > 0
    ]
    return min(found, key=lambda poison: (poison.position, poison.reason), default=None)


def _first_null(events: pl.DataFrame, *, topic: str, name: str) -> int:
    missing = events.filter((pl.col("topic") == topic) & pl.col(name).is_null())
    return int(missing.get_column("position").item(0))


def _first_unknown(log: pl.DataFrame, reading: _Reading) -> Poison | None:
    known = TOPICS.keys() | {upcaster.from_topic for upcaster in reading.upcasters}
    unknown = [topic for topic in log.get_column("topic").unique() if topic not in known]
    if not unknown:
        return None
    position, topic = log.filter(pl.col("topic").is_in(unknown)).select("position", "topic").row(0)
    return Poison(position, f"no such topic: {topic}")


def _first_undecodable(log: pl.DataFrame, reading: _Reading) -> Poison:
    """Runs only after a frame failed: halve until the shortest failing head of the log is known."""
    good, bad = 0, log.height
    while bad - good > 1:
        middle = (good + bad) // 2
        if _frame_fault(log.head(middle), reading) is None:
            good = middle
        else:
            bad = middle
    culprit = log.slice(good, 1)
    position, topic, state = culprit.select("position", "topic", "state").row(0)
    fault = _fault(topic, state, reading) or _frame_fault(log.head(bad), reading)
    return Poison(position, f"{topic}: {fault}")


def _frame_fault(log: pl.DataFrame, reading: _Reading) -> str | None:
    try:
        _typed(log, reading)
    except (pl.exceptions.PolarsError, ValueError) as error:
        return str(error)
    return None


def _fault(topic: str, state: str, reading: _Reading) -> str | None:
    """What the domain says of an event that a frame could not read."""
    reader = (TOPICS | superseded_topics(reading.upcasters))[topic]
    try:
        reader.from_json(state.encode(), originator_id="", originator_version=0)
    except (msgspec.MsgspecError, ValueError, TypeError, AttributeError, KeyError) as error:
        return str(error) or type(error).__name__
    return None
