"""What is derived from a row class: columns with their types, groups that share an order key, topics read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import polars as pl

from domain.envelope import field_kinds
from domain.topics import EVENTS, TOPICS
from projections.facts.row import EVERY, OWN_ID, Key, Kind, Merged, Row

VOID_TOPIC = "event.voided"
UTC = pl.Datetime("us", "UTC")
MONEY = pl.Decimal(38, 4)

TYPES: Mapping[type, tuple[pl.DataType, str]] = {
    str: (pl.String(), "text"),
    int: (pl.Int64(), "bigint"),
    bool: (pl.Boolean(), "boolean"),
    datetime: (UTC, "timestamptz"),
    date: (pl.Date(), "date"),
    Decimal: (MONEY, "numeric(38,4)"),
}
"""Python type of a column -> its type in frames and in PostgreSQL."""

ENVELOPE: tuple[tuple[str, Literal["min", "max"], str, pl.DataType, str], ...] = (
    ("first_occurred_at", "min", "occurred_at", UTC, "timestamptz"),
    ("last_occurred_at", "max", "occurred_at", UTC, "timestamptz"),
    ("first_recorded_at", "min", "recorded_at", UTC, "timestamptz"),
    ("last_recorded_at", "max", "recorded_at", UTC, "timestamptz"),
    ("first_position", "min", "position", pl.Int64(), "bigint"),
    ("last_position", "max", "position", pl.Int64(), "bigint"),
)
"""Columns every row carries over all its events: name, merge, source, types."""


@dataclass(frozen=True)
class Column:
    """One public column: its name, its types, and how it merges (`merged` is None for a key)."""

    name: str
    dtype: pl.DataType
    pg_type: str
    key_field: str | None = None
    merged: Merged | None = None


@dataclass(frozen=True)
class Group:
    """Columns that the same events touch, so that one order key serves them all."""

    name: str
    kind: Kind
    topics: tuple[str, ...]
    where: tuple[tuple[str, str | bool], ...]
    present: str | None
    columns: tuple[Column, ...]

    @property
    def order_at(self) -> str:
        """The column that holds when: a public one, where the group has the event's own time, uncleared."""
        return next((column.name for column in self.columns if _is_own_time(column)), f"order_{self.name}_at")

    @property
    def order_position(self) -> str:
        return f"order_{self.name}_position"


@dataclass(frozen=True, eq=False)
class FactSpec:
    """Everything the engine needs of one fact; there is one per row class, compared by identity."""

    name: str
    stream: str
    version: int
    whole_stream: bool
    widen: Callable[..., pl.DataFrame] | None
    indexes: tuple[tuple[str, ...], ...]
    columns: tuple[Column, ...]
    ordered: tuple[Group, ...]
    totals: tuple[Column, ...]
    topics: tuple[str, ...]
    fields: Mapping[str, pl.DataType]
    rules: tuple[str, ...] = ()
    build: str = ""

    @property
    def table(self) -> str:
        return f"{self.name}_v{self.version}{self.build}"

    @property
    def sums_table(self) -> str:
        return f"{self.name}_sums_v{self.version}{self.build}"

    @property
    def keys(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.key_field is not None)

    @property
    def key_names(self) -> list[str]:
        return [column.name for column in self.keys]

    @property
    def time(self) -> str:
        """By what rows are listed: a day or moment in the key, else when what began them happened."""
        days = [column.name for column in self.keys if column.pg_type in ("date", "timestamptz")]
        own = [column.name for column in self.columns if _is_moment(column)]
        leads = [one[0] for one in self.indexes if one[0].endswith("_at")]
        return [*days, *own, *leads, "first_occurred_at"][0]

    @property
    def listed_by(self) -> tuple[tuple[str, ...], ...]:
        """What serves the orders in which rows are listed, beside the key: few rows share a position."""
        return (tuple(dict.fromkeys([self.time, *self.key_names])), ("last_position",))

    @property
    def all_indexes(self) -> tuple[tuple[str, ...], ...]:
        """Those that lists need, and those declared that they do not begin with."""
        listed = self.listed_by
        others = [one for one in self.indexes if not any(order[: len(one)] == one for order in listed)]
        return (*listed, *others)

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Every stored column in order: public, order keys, marks, envelope."""
        public = {column.name: column.dtype for column in self.columns}
        orders = {
            name: dtype
            for group in self.ordered
            for name, dtype in ((group.order_at, UTC), (group.order_position, pl.Int64()))
        }
        return public | orders | {"voided": pl.Boolean(), "has_void": pl.Boolean()} | self.envelope_schema

    @property
    def envelope_schema(self) -> dict[str, pl.DataType]:
        return {name: dtype for name, _, _, dtype, _ in ENVELOPE}

    @property
    def pg_types(self) -> dict[str, str]:
        public = {column.name: column.pg_type for column in self.columns}
        orders = {
            name: pg_type
            for group in self.ordered
            for name, pg_type in ((group.order_at, "timestamptz"), (group.order_position, "bigint"))
        }
        envelope = {name: pg_type for name, _, _, _, pg_type in ENVELOPE}
        return public | orders | {"voided": "boolean", "has_void": "boolean"} | envelope


def spec(row_class: type[Row]) -> FactSpec:
    """Derive the spec of a row class; raises TypeError where it contradicts itself or the domain."""
    columns = tuple(_columns(row_class))
    merged = [column for column in columns if column.merged is not None]
    topics = tuple(dict.fromkeys(t for column in merged for t in _topics(column.merged, row_class.STREAM)))
    unknown = [topic for topic in topics if topic not in TOPICS]
    if unknown:
        raise TypeError(f"{row_class.__name__}: no such topics: {unknown}")
    return FactSpec(
        name=row_class.NAME,
        stream=row_class.STREAM,
        version=row_class.VERSION,
        whole_stream=row_class.WHOLE_STREAM,
        widen=getattr(row_class, "widen", None),
        indexes=row_class.INDEXES,
        columns=columns,
        ordered=tuple(_groups(merged, row_class.STREAM)),
        totals=tuple(c for c in merged if c.merged is not None and c.merged.kind in ("sum", "min", "max")),
        topics=topics,
        fields=_fields(columns, topics, extra=row_class.WIDEN_FIELDS, made=frozenset(row_class.WIDENED)),
        rules=row_class.READS_RULES,
    )


def _is_own_time(column: Column) -> bool:
    merged = column.merged
    if merged is None or merged.literals is not None or merged.cleared_by:
        return False
    return source_field(column) == "occurred_at"


def _is_moment(column: Column) -> bool:
    """Whether it says when one of the row's events happened."""
    merged = column.merged
    return merged is not None and not merged.literals and source_field(column) == "occurred_at"


def stream_topics(stream: str) -> tuple[str, ...]:
    """Every topic of a stream, in the order of the domain's list."""
    return tuple(event.TOPIC for event in EVENTS if event.TOPIC.partition(".")[0] == stream)


def _columns(row_class: type[Row]) -> list[Column]:
    columns = []
    for name, hint in get_type_hints(row_class, include_extras=True).items():
        if get_origin(hint) is not Annotated:
            continue
        python_type, mark = get_args(hint)
        dtype, pg_type = TYPES[_bare(python_type)]
        if isinstance(mark, Key):
            columns.append(Column(name=name, dtype=dtype, pg_type=pg_type, key_field=mark.field))
        else:
            columns.append(Column(name=name, dtype=dtype, pg_type=pg_type, merged=mark))
    return columns


def _bare(python_type: Any) -> type:
    if isinstance(python_type, UnionType):
        (python_type,) = [arm for arm in get_args(python_type) if arm is not NoneType]
    if not isinstance(python_type, type):
        raise TypeError(f"{python_type!r} is no column type")
    return python_type


def _topics(merged: Merged | None, stream: str) -> tuple[str, ...]:
    if merged is None:
        return ()
    return stream_topics(stream) if merged.topics == (EVERY,) else merged.topics + merged.cleared_by


def _groups(columns: list[Column], stream: str) -> list[Group]:
    groups: dict[tuple[Any, ...], list[Column]] = {}
    for column in columns:
        merged = column.merged
        if merged is None or merged.kind not in ("first", "last"):
            continue
        present = column.name if merged.present else None
        identity = (merged.kind, frozenset(_topics(merged, stream)), merged.where, present)
        groups.setdefault(identity, []).append(column)
    return [
        Group(
            name=members[0].name,
            kind=kind,
            topics=tuple(sorted(topics)),
            where=where,
            present=source_field(members[0]) if present else None,
            columns=tuple(members),
        )
        for (kind, topics, where, present), members in groups.items()
    ]


def source_field(column: Column) -> str:
    """The event's field that fills a column."""
    if column.key_field is not None:
        return column.key_field
    return (column.merged.field if column.merged else None) or column.name


ROW_FIELDS: Mapping[str, pl.DataType] = {
    "position": pl.Int64(),
    "originator_id": pl.String(),
    "originator_version": pl.Int64(),
    "topic": pl.String(),
}
"""What the log's columns say of an event; never in the stored JSON."""

FRAME_TYPES: Mapping[str, pl.DataType] = {
    "text": pl.String(),
    "integer": pl.Int64(),
    "boolean": pl.Boolean(),
    "decimal": MONEY,
    "time": UTC,
    "date": pl.Date(),
}
"""Kind of an event's field -> its type in frames."""


def _fields(
    columns: tuple[Column, ...], topics: tuple[str, ...], *, extra: tuple[str, ...], made: frozenset[str]
) -> dict[str, pl.DataType]:
    """The fields to decode for these columns."""
    wanted = {
        source_field(column) for column in columns if column.merged is None or not column.merged.literals
    }
    wanted |= {name for column in columns if column.merged for name, _ in column.merged.where}
    wanted |= {"occurred_at", "recorded_at", *extra}
    known: dict[str, pl.DataType] = {}
    for topic in topics:
        for name, kind in field_kinds(TOPICS[topic]).items():
            dtype = FRAME_TYPES[kind.kind]
            if known.setdefault(name, dtype) != dtype:
                raise TypeError(f"{topic}: field {name} is {dtype} here and {known[name]} elsewhere")
    missing = wanted - known.keys() - ROW_FIELDS.keys() - made - {OWN_ID}
    if missing:
        raise TypeError(f"none of {topics} has the fields {sorted(missing)}")
    return {name: dtype for name, dtype in known.items() if name in wanted}
