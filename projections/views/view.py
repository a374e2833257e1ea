"""What a view is: a row class, the columns that name a row, and the pure function that makes all rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from types import NoneType
from typing import Any, get_args, get_type_hints

import polars as pl

from projections.facts import SPECS
from projections.metrics.source import FactSource
from projections.views.reading import ViewReading

TYPES: dict[type, tuple[pl.DataType, str]] = {
    str: (pl.String(), "text"),
    int: (pl.Int64(), "bigint"),
    float: (pl.Float64(), "double precision"),
    bool: (pl.Boolean(), "boolean"),
    date: (pl.Date(), "date"),
    datetime: (pl.Datetime("us", "UTC"), "timestamptz"),
    Decimal: (pl.Decimal(38, 4), "numeric(38,4)"),
}
"""Python type of a column -> its type in frames and in PostgreSQL."""

MANY = frozenset({"customer_id", "complaint", "call", "request", "claim"})
"""Keys of which there may be a million."""

Moment = datetime | None


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number of a day, drawn over days: from the day's rows and the day; null where there is none.

    The scale is fixed where `lowest` and `highest` are given, else it is that of the values.
    """

    name: str
    value: Callable[[pl.DataFrame, date], float | None]
    lowest: float | None = None
    highest: float | None = None


def row_count(rows: pl.DataFrame, _: date) -> float:
    """How many rows the day has: what is drawn of a view that names no better figure."""
    return float(rows.height)


ROWS = Figure(name="rows", value=row_count, lowest=0.0)


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """What must be equal however it is counted: the rows that differ, none where all is well.

    `differences(reading, rows)` counts again, from facts or by a metric, at the moment of the view's rows.
    """

    name: str
    meaning: str
    differences: Callable[[ViewReading, pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True, kw_only=True)
class Age:
    """A row of `fact` counts otherwise from so many local days after the day of `column` on; may be negative.

    A row that falls out of a window of 30 local days does so 30 days after its own; a contract is about to
    end in 30 days from 30 days before its end on.
    """

    fact: str
    column: str
    days: int

    def on(self, reading: ViewReading) -> "Aged":
        """The rows that it reaches on the reading's day."""
        first = reading.day - timedelta(days=self.days)
        bounds: tuple[date | datetime, date | datetime] = (first, first + timedelta(days=1))
        if SPECS[self.fact].schema[self.column] != pl.Date:
            bounds = (reading.begin_of(first), reading.begin_of(first + timedelta(days=1)))
        return Aged(fact=self.fact, column=self.column, since=bounds[0], until=bounds[1])


@dataclass(frozen=True)
class Aged:
    """Rows of `fact` with since <= `column` < until count otherwise than at the end of the day before."""

    fact: str
    column: str
    since: date | datetime
    until: date | datetime


@dataclass(frozen=True, kw_only=True)
class View:
    """`make(reading)` gives all rows at a moment, in no particular order.

    `keys` name a row within one moment; null is a value like any other. `facts` and `views` are all that it
    reads. `ranges` are named rules that every row keeps, as expressions. `ages`, where told, promise that the
    rows of a customer (key `customer_id`, whoever it stands for) come from facts about this customer alone,
    and change by nothing but their events, these ages, and rules: a day is then made from the day before.
    `is_large` says that making everybody's rows holds much in memory: no two of these are made at once.
    `aging` says the same where rules of the day decide what ages: at a reading, None for everybody.
    """

    name: str
    version: int
    row: type
    keys: tuple[str, ...]
    facts: tuple[str, ...]
    make: Callable[[ViewReading], pl.DataFrame]
    name_en: str
    name_zh: str
    views: tuple["View", ...] = ()
    figure: Figure = ROWS
    ranges: Mapping[str, pl.Expr] = field(default_factory=dict)
    reconciliations: tuple[Reconciliation, ...] = ()
    ages: tuple[Age, ...] | None = None
    aging: Callable[[ViewReading], Sequence[Aged] | None] | None = None
    is_large: bool = False
    time: str | None = None
    ordered: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        return f"{self.name}_v{self.version}"

    @cached_property
    def schema(self) -> dict[str, pl.DataType]:
        """Columns in declared order with their types in frames."""
        return {name: TYPES[kind][0] for name, kind in self.kinds.items()}

    @cached_property
    def pg_types(self) -> dict[str, str]:
        """Columns in declared order with their types in PostgreSQL."""
        return {name: TYPES[kind][1] for name, kind in self.kinds.items()}

    @cached_property
    def kinds(self) -> dict[str, type]:
        return {name: _bare(hint) for name, hint in self._hints.items()}

    @cached_property
    def _hints(self) -> dict[str, Any]:
        if not is_dataclass(self.row):
            raise TypeError(f"{self.row.__name__} of view {self.name} is no row class")
        hints = get_type_hints(self.row)
        return {column.name: hints[column.name] for column in fields(self.row)}

    @cached_property
    def nullable(self) -> frozenset[str]:
        """The columns that may be null."""
        return frozenset(name for name, hint in self._hints.items() if NoneType in get_args(hint))

    @property
    def has_many_rows(self) -> bool:
        """Whether there is a row, or several, for each customer or case, and not for each group of them."""
        return not MANY.isdisjoint(self.keys)

    @property
    def fast_orders(self) -> tuple[str, ...]:
        """The columns, beside the keys, by which an index gives the rows in order."""
        by_time = (self.time,) if self.time else ()
        return tuple(dict.fromkeys([*by_time, *self.ordered])) if self.has_many_rows else ()

    @cached_property
    def all_facts(self) -> tuple[str, ...]:
        """The facts that it reads, and those behind the views that it reads."""
        behind = (fact for view in self.views for fact in view.all_facts)
        return tuple(dict.fromkeys([*self.facts, *behind]))

    @cached_property
    def is_by_customer(self) -> bool:
        """Whether a day can be made from the day before, by those who were touched since."""
        is_told = self.ages is not None or self.aging is not None
        return is_told and all(view.is_by_customer for view in self.views)

    @cached_property
    def all_ages(self) -> tuple[Age, ...]:
        """The ages that it declares, and those of the views that it reads."""
        return (*(self.ages or ()), *(age for view in self.views for age in view.all_ages))

    def aged(self, reading: ViewReading) -> list[Aged] | None:
        """Whom time alone reaches on the reading's day, in the views that are read too; None: everybody."""
        own = [age.on(reading) for age in self.ages or ()]
        told: list[Sequence[Aged] | None] = [own, *(view.aged(reading) for view in self.views)]
        if self.aging is not None:
            told.append(self.aging(reading))
        if any(one is None for one in told):
            return None
        return list(dict.fromkeys(one for several in told for one in several or ()))

    def rows(
        self,
        source: FactSource,
        *,
        now: datetime,
        as_of: Moment = None,
        known_at: Moment = None,
        position: int | None = None,
    ) -> pl.DataFrame:
        """All rows as of a moment on both clocks (null: now), typed and ordered by their keys."""
        reading = ViewReading(source=source, now=now, as_of=as_of, known_at=known_at, at_position=position)
        return self.made(reading)

    def made(self, reading: ViewReading) -> pl.DataFrame:
        """All rows of a reading, typed and ordered by their keys."""
        made = self.make(reading)
        return made.select(pl.col(name).cast(dtype) for name, dtype in self.schema.items()).sort(self.keys)


def _bare(hint: Any) -> type:
    arms = [arm for arm in get_args(hint) if arm is not NoneType]
    found: type = arms[0] if arms else hint
    return found
