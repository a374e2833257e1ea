"""The one statement of a fact's columns: what each is called, its type, and how its values merge.

A fact is a frozen class whose annotations say, per column, which events touch it and which of several
values stands. Table, upsert, reader and rebuild are derived from it (`spec`).

    class Call(Row, stream="call", name="calls", version=1):
        call: Annotated[str, Key()]
        offered_at: Annotated[datetime | None, First("call.offered", field="occurred_at")]

All five merges are associative and commutative: `First` and `Last` go by (occurred_at, position), never by
arrival, and keep that order key in a hidden pair of columns per group of columns that the same events
touch. A null order key means "never touched"; a null value with an order key means "cleared".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

Kind = Literal["first", "last", "sum", "min", "max"]
EVERY = "*"
"""Stands for every topic of the fact's stream."""
OWN_ID = "own_id"
"""A field that every event has: its stream's id without the stream's name, as other streams name it."""


@dataclass(frozen=True)
class Key:
    """A column that identifies the row; `field` is the event's field that fills it (null becomes '')."""

    field: str = "originator_id"


@dataclass(frozen=True)
class Merged:
    """How one column is filled: by which topics, from which field or literal, under which condition."""

    kind: Kind
    topics: tuple[str, ...]
    field: str | None = None
    literals: Mapping[str, Any] | None = None
    cleared_by: tuple[str, ...] = ()
    where: tuple[tuple[str, str | bool], ...] = ()
    present: bool = False


def _merged(kind: Kind, topics: tuple[str | Mapping[str, Any], ...], **options: Any) -> Merged:
    if len(topics) == 1 and isinstance(topics[0], Mapping):
        return Merged(kind=kind, topics=tuple(topics[0]), literals=dict(topics[0]), **options)
    names = tuple(topic for topic in topics if isinstance(topic, str))
    return Merged(kind=kind, topics=names, **options)


def First(*topics: str | Mapping[str, Any], **options: Any) -> Merged:  # noqa: N802 - reads as a type in a row class
    """The value of the earliest event by (occurred_at, position)."""
    return _merged("first", topics, **options)


def Last(*topics: str | Mapping[str, Any], **options: Any) -> Merged:  # noqa: N802 - as First
    """The value of the latest event by (occurred_at, position); `cleared_by` topics set it to null."""
    return _merged("last", topics, **options)


def Sum(*topics: str | Mapping[str, Any], **options: Any) -> Merged:  # noqa: N802 - as First
    """The exact total of integers or decimals; null until touched."""
    return _merged("sum", topics, **options)


def Min(*topics: str | Mapping[str, Any], **options: Any) -> Merged:  # noqa: N802 - as First
    """The smallest value; null until touched."""
    return _merged("min", topics, **options)


def Max(*topics: str | Mapping[str, Any], **options: Any) -> Merged:  # noqa: N802 - as First
    """The largest value; null until touched."""
    return _merged("max", topics, **options)


class Row:
    """Base of the row classes. `WHOLE_STREAM` rows are always folded again from their whole streams."""

    STREAM: ClassVar[str]
    NAME: ClassVar[str]
    VERSION: ClassVar[int]
    WHOLE_STREAM: ClassVar[bool] = False
    INDEXES: ClassVar[tuple[tuple[str, ...], ...]] = ()
    WIDEN_FIELDS: ClassVar[tuple[str, ...]] = ()
    """Fields that `widen` reads: a static method from whole streams of events to events with a row's keys."""
    READS_RULES: ClassVar[tuple[str, ...]] = ()
    """Kinds of the organisation's rules that `widen` reads, in a rule book beside the events."""
    WIDENED: ClassVar[Mapping[str, Any]] = {}
    """Columns that `widen` makes, with their Polars types."""

    def __init_subclass__(cls, *, stream: str, name: str, version: int) -> None:
        """Name the stream that the rows live in, the fact, and the version of its table."""
        cls.STREAM, cls.NAME, cls.VERSION = stream, name, version
