"""What every column means, what its number counts and whose row its value names: read from the row classes.

A meaning is the text below the field in its row class, else that of the shared names (`column_meanings`).
"""

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from typing import Annotated, get_origin, get_type_hints

from projections.column_meanings import ENVELOPE_MEANINGS, MEANINGS_IN_STREAM, SHARED_MEANINGS
from projections.column_units import NOT_COUNTED, UNIT_OF_NAME, UNIT_OF_SUFFIX, UNITS_HERE
from projections.facts.row import Key, Row

INSTEAD = "What the source told."
"""For a column that nobody has described yet; a test finds those."""

STREAMS = (
    *("agent", "call", "callback", "campaign", "claim", "complaint", "customer", "member", "partner"),
    "request",
)
"""Streams of which each has one row in the fact of its name; columns named after them hold its whole id."""
NAMED_WITHOUT_PREFIX = {
    "unit": (
        *("unit", "to_unit", "from_unit", "assigned_unit", "handed_over_to", "parent", "with_unit"),
        *("filed_unit", "counterpart", "owner", "process_owner"),
    ),
    "agent": ("agent_id", "answered_by", "acted_by"),
    "customer": ("customer_id", "linked_to", "to"),
    "partner": ("partner_id",),
    "campaign": ("campaign_id",),
    "call": ("call_id",),
    "member": ("member_id",),
}
"""Streams, and the columns that hold the id of one without the prefix."""


@dataclass(frozen=True)
class Reference:
    """A value is, after `prefix`, the id of a row of `dataset`."""

    dataset: str
    prefix: str


def meanings(row_class: type) -> dict[str, str]:
    """One sentence for every public column of a fact's or a view's row class, in their order.

    A fact has those of every row too: whether it is voided, and between which moments and positions it lies.
    """
    known = {**SHARED_MEANINGS, **_in_stream(row_class), **_told_below(row_class)}
    told = {name: known.get(name, INSTEAD) for name in columns_of(row_class)}
    return {**told, **ENVELOPE_MEANINGS} if issubclass(row_class, Row) else told


def columns_of(row_class: type) -> list[str]:
    """The names of a row class's own columns in declared order."""
    if is_dataclass(row_class):
        return [field.name for field in fields(row_class)]
    hints = get_type_hints(row_class, include_extras=True)
    return [name for name, hint in hints.items() if get_origin(hint) is Annotated]


def unit_of(column: str, kind: type, row_class: type | None = None) -> str | None:
    """What a number is counted in; null of texts, times and numbers that are none (a version, a rank).

    `currency` is the organisation's; a `share` is a fraction of 1, and `ppm` are parts per million of it.
    """
    if kind not in (int, float, Decimal):
        return None
    if row_class is not None and (row_class.__name__, column) in UNITS_HERE:
        return UNITS_HERE[row_class.__name__, column]
    if column in NOT_COUNTED:
        return None
    suffixes = (unit for suffix, unit in UNIT_OF_SUFFIX.items() if column.endswith(suffix))
    return UNIT_OF_NAME.get(column) or next(suffixes, "count" if kind is int else None)


def reference_of(column: str, row_class: type | None = None) -> str | None:
    """The fact of which a column of this name holds the id, with or without its stream's prefix."""
    found = reference(column, row_class)
    return None if found is None else found.dataset


def reference(column: str, row_class: type | None = None) -> Reference | None:
    """How the value of a column becomes the id of another dataset's row: by writing the prefix before it.

    `unit agent_id customer_id partner_id campaign_id call_id` and columns like them hold an id without its
    stream's prefix; the keys of facts, and columns named after a stream, hold it whole.
    """
    if (
        row_class is not None
        and issubclass(row_class, Row)
        and column in (*STREAMS, *_streams_own(row_class))
    ):
        return _whole(_streams_own(row_class).get(column), but=row_class.NAME)
    if column in STREAMS:
        return _whole(column)
    stream = next((name for name, columns in NAMED_WITHOUT_PREFIX.items() if column in columns), None)
    return None if stream is None else Reference(dataset=f"{stream}s", prefix=f"{stream}-")


def _whole(stream: str | None, *, but: str | None = None) -> Reference | None:
    has_rows = stream in STREAMS or stream == "unit"
    return Reference(dataset=f"{stream}s", prefix="") if has_rows and f"{stream}s" != but else None


def _streams_own(row_class: type[Row]) -> dict[str, str]:
    """The key columns that hold the whole id of the row's own stream, with the stream's name."""
    hints = get_type_hints(row_class, include_extras=True)
    marks = {name: hint.__metadata__[0] for name, hint in hints.items() if get_origin(hint) is Annotated}
    return {
        name: row_class.STREAM
        for name, mark in marks.items()
        if isinstance(mark, Key) and mark.field == "originator_id"
    }


def _in_stream(row_class: type) -> Mapping[str, str]:
    return MEANINGS_IN_STREAM.get(row_class.STREAM, {}) if issubclass(row_class, Row) else {}


def _told_below(row_class: type) -> dict[str, str]:
    """The texts below fields, those of the class itself before those of what it inherits."""
    told: dict[str, str] = {}
    for one in reversed(row_class.__mro__):
        if one not in (Row, object):
            told |= dict(texts_below_fields(one))
    return told


def texts_below_fields(row_class: type) -> Iterator[tuple[str, str]]:
    """Each field of a class's source that has a text below it, with the text on one line."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(row_class))).body
    if not isinstance(definition, ast.ClassDef):
        raise TypeError(f"{row_class.__name__} is no class")
    for field, below in zip(definition.body, definition.body[1:], strict=False):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, " ".join(text.split())
