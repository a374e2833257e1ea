"""The parts of conditions that are looked up: each as truths over time, and how they combine.

`at_most`, `between` and `none` are said by `at_least` and `not`, so that of counts and sums one question is
asked: when are so many reached.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from math import ceil, floor
from typing import Any

import msgspec
import polars as pl

from domain.organisation.segment_conditions import (
    All,
    AnyOf,
    Condition,
    CountCondition,
    FieldCondition,
    InSegment,
    Not,
)
from projections.views.reading import ViewReading
from projections.views.segments.daily import DAILY, SCALE, daily_values
from projections.views.segments.days import Days
from projections.views.segments.everybody import Everybody
from projections.views.segments.fields import field_of
from projections.views.segments.sources import PARTS, SOURCES, Source
from projections.views.segments.truths import (
    CAUSE,
    EVENT,
    TIME,
    TRUTHS,
    Truths,
    added_up,
    nobody_seen,
    reached,
    seen_in,
    stepped,
)
from projections.views.segments.windows import deltas, windows

OUTCOME = "outcome"
NOTHING = pl.DataFrame(schema=TRUTHS)


class NotTold(ValueError):
    """A definition asks for something that nothing here tells."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """So many, or so much in whole parts, of a source in a window."""

    source: str
    window: CountCondition
    bound: int


Atom = Reach | FieldCondition


def expression(condition: Condition, column: Callable[[Atom], pl.Expr]) -> pl.Expr:
    """A condition over one column per part that is looked up."""
    match condition:
        case All(parts=parts):
            return pl.all_horizontal(expression(part, column) for part in parts)
        case AnyOf(parts=parts):
            return pl.any_horizontal(expression(part, column) for part in parts)
        case Not(part=part):
            return ~expression(part, column)
        case CountCondition():
            return _reaches(condition, column)
        case FieldCondition():
            return column(condition)
        case InSegment(segment=name):
            raise NotTold(f"segment {name!r} was not replaced by its definition")


def _reaches(condition: CountCondition, column: Callable[[Atom], pl.Expr]) -> pl.Expr:
    """What a count or a sum is compared with, by what is reached and what is not."""
    scale = 1 if condition.sum is None else PARTS
    lowest, highest = condition.at_least, condition.at_most
    if condition.between is not None:
        lowest, highest = condition.between
    if condition.none is not None:
        lowest, highest = (None, 0) if condition.none else (1, None)
    tests = []
    if lowest is not None:
        tests.append(column(_reach(condition, ceil(Fraction(str(lowest)) * scale))))
    if highest is not None:
        tests.append(~column(_reach(condition, floor(Fraction(str(highest)) * scale) + 1)))
    return pl.all_horizontal(tests)


def _reach(condition: CountCondition, bound: int) -> Reach:
    window = CountCondition(
        where=dict(sorted(condition.where.items())),
        in_last_days=condition.in_last_days,
        in_next_days=condition.in_next_days,
        in_month=condition.in_month,
    )
    return Reach(source=source_of(condition), window=window, bound=bound)


def source_of(condition: CountCondition) -> str:
    """Where a count or a sum comes from; an outcome is not known before it is told."""
    name = condition.count or condition.sum or ""
    return "calls_by_outcome" if name == "calls" and OUTCOME in condition.where else name


def key_of(atom: Atom) -> str:
    """What makes two parts the same."""
    told = (atom.source, atom.window, atom.bound) if isinstance(atom, Reach) else atom
    return msgspec.json.encode(told).decode()


@dataclass
class Looking:
    """Looks parts up in one reading, each source and each part once; `narrowed` are columns by source."""

    reading: ViewReading
    everybody: Everybody
    narrowed: Mapping[str, tuple[str, ...]]
    days: Days = field(init=False)
    _rows: dict[str, pl.DataFrame] = field(default_factory=dict)
    _truths: dict[str, Truths] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Lay out the days of the reading's zone."""
        self.days = Days(self.reading.zone, self.reading.reference)

    @cached_property
    def gone(self) -> Truths:
        """Who is there no more: erased, or without a number of their own."""
        return self._until_now(self.everybody.gone(), base=False, seen=nobody_seen())

    @cached_property
    def customers(self) -> pl.DataFrame:
        """When each customer's own stream began: [who, at, topic, stream, version]."""
        found = self.reading.facts("customers", columns=["registered_at"])
        is_registered = pl.col("registered_at").is_not_null()
        told = found.select(
            "customer",
            at=pl.coalesce("registered_at", "first_occurred_at"),
            topic=pl.when(is_registered).then(pl.lit("customer.registered")),
            stream="customer",
            version=pl.lit(None, pl.Int64),
        )
        return self.everybody.numbered(self._past(told)).select("who", "at", *CAUSE)

    def truths(self, atom: Atom) -> Truths:
        """When an atom holds; NotTold where nothing tells it."""
        key = key_of(atom)
        if key not in self._truths:
            self._truths[key] = self._reached(atom) if isinstance(atom, Reach) else self._compared(atom)
        return self._truths[key]

    def _reached(self, reach: Reach) -> Truths:
        source = SOURCES.get(reach.source)
        if source is None:
            raise NotTold(f"nothing tells {reach.source!r}")
        events = self._events(reach.source, source).filter(*_narrowing(reach.window))
        opened = windows(events, reach.window, self.days)
        if source.is_plain and reach.window.in_next_days is None:
            changes = reached(opened, at_least=reach.bound) if reach.bound > 0 else NOTHING
            return self._until_now(changes, base=reach.bound <= 0, seen=seen_in(events))
        is_reached = pl.col("value") >= reach.bound
        base = reach.bound <= 0
        return self._until_now(
            added_up(self._past(deltas(opened)), is_reached, base=base), base=base, seen=seen_in(events)
        )

    def _events(self, name: str, source: Source) -> pl.DataFrame:
        if name not in self._rows:
            told = source.rows(self.reading, self.narrowed.get(name, ()))
            self._rows[name] = self._ordered(told)
        return self._rows[name]

    def _ordered(self, told: pl.DataFrame, *order: str) -> pl.DataFrame:
        known = self._past(told)
        return self.everybody.numbered(known).sort("who", "at", *order).drop("customer")

    def _past(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.filter(pl.col("at") < self.reading.reference)

    def _until_now(self, changes: pl.DataFrame, *, base: bool, seen: pl.DataFrame) -> Truths:
        return Truths(self._past(changes), base, seen)

    def _compared(self, condition: FieldCondition) -> Truths:
        values, scale, before = self._values(condition.field)
        if condition.in_last_days is not None:
            return self._lately(values, condition.in_last_days)
        holds = compared(condition, scale=scale, days=self.days)
        at_first = pl.select(value=pl.lit(before, values["value"].dtype)).select(holds.fill_null(value=False))
        return Truths(stepped(values, holds, base=at_first.item()), at_first.item(), seen_in(values))

    def _lately(self, values: pl.DataFrame, days: int) -> Truths:
        """A day that was, until so many local days are over or another value takes its place."""
        is_next = pl.col("who") == pl.col("who").shift(-1)
        windowed = values.with_columns(
            closes=self.days.days_after(values["value"], days),
            until=pl.when(is_next).then(pl.col("at").shift(-1)),
        )
        ended = windowed.filter(
            pl.col("closes") > pl.col("at"),
            pl.col("closes") < pl.col("until").fill_null(self.reading.reference),
        )
        told = pl.concat(
            [
                windowed.select(
                    "who",
                    "at",
                    *CAUSE,
                    holds=(pl.col("closes") > pl.col("at")).fill_null(value=False),
                    by="by",
                ),
                ended.select("who", *CAUSE, at="closes", holds=pl.lit(value=False), by=pl.lit(TIME)).select(
                    "who", "at", *CAUSE, "holds", "by"
                ),
            ]
        ).sort("who", "at", maintain_order=True)
        return Truths(stepped(told, pl.col("holds"), base=False), base=False, seen=seen_in(values))

    def _values(self, name: str) -> tuple[pl.DataFrame, int, bool | None]:
        """[who, at, value, by, topic, stream, version] of a field, its numbers' scale, and what is before."""
        if name in DAILY:
            daily = self._cached(f"field {name}", lambda: daily_values(self.reading, DAILY[name]))
            return daily.with_columns(by=pl.lit(TIME)), SCALE, None
        told = field_of(name)
        if told is None:
            raise NotTold(f"nothing tells the field {name!r}")
        rows = self._cached(f"field {name}", lambda: told.rows(self.reading)).with_columns(by=pl.lit(EVENT))
        settled = rows if told.settled is None else rows.with_columns(value=told.settled)
        return settled, told.scale, told.before

    def _cached(self, key: str, rows: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        if key not in self._rows:
            self._rows[key] = self._ordered(rows(), "order")
        return self._rows[key]


def _narrowing(window: CountCondition) -> list[pl.Expr]:
    return [
        pl.col(column).is_in(list(wanted) if isinstance(wanted, tuple) else [wanted])
        for column, wanted in window.where.items()
    ]


def compared(condition: FieldCondition, *, scale: int, days: Days) -> pl.Expr:
    """A field's test over `value`; numbers in whole parts, days by when they begin and end."""
    value = pl.col("value")
    if condition.is_null is not None:
        return value.is_null() if condition.is_null else value.is_not_null()
    if condition.is_ is not None or condition.in_ is not None:
        wanted = condition.in_ or (condition.is_,)
        return value.is_in([_exactly(one, scale) for one in wanted])
    lowest, highest = condition.between or (condition.at_least, condition.at_most)
    tests = []
    if lowest is not None:
        tests.append(value >= _from(lowest, scale, days))
    if highest is not None:
        tests.append(value < _beyond(highest, scale, days))
    return pl.all_horizontal(tests)


def _exactly(wanted: Any, scale: int) -> Any:
    """A text or flag as it is; a number in parts, which none equals where it has more digits."""
    if isinstance(wanted, str | bool):
        return wanted
    told = Fraction(str(wanted)) * scale
    return int(told) if told.denominator == 1 else None


def _from(lowest: Any, scale: int, days: Days) -> Any:
    if isinstance(lowest, str):
        return days.begin(date.fromisoformat(lowest))
    return ceil(Fraction(str(lowest)) * scale)


def _beyond(highest: Any, scale: int, days: Days) -> Any:
    if isinstance(highest, str):
        return days.begin(date.fromisoformat(highest) + timedelta(days=1))
    return floor(Fraction(str(highest)) * scale) + 1
