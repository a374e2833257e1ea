"""Looks up when each part of a condition holds: every source is read once, and every part asked once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from domain.organisation.segment_conditions import FieldCondition
from projections.views.reading import ViewReading
from projections.views.segments.atoms import Atom, NotTold, Reach, compared, key_of, narrowing
from projections.views.segments.daily import DAILY, SCALE, daily_values, days_told
from projections.views.segments.days import Days
from projections.views.segments.everybody import Everybody
from projections.views.segments.fields import field_of
from projections.views.segments.sources import SOURCES
from projections.views.segments.truths import (
    CAUSE,
    TRUTHS,
    Events,
    Truths,
    added_up,
    caused,
    reached,
    stepped,
)
from projections.views.segments.windows import plain_windows, standing_windows
from projections.views.view import View

CAUSES = frozenset({*CAUSE, "until_topic", "until_version"})
NOTHING = pl.DataFrame(schema=TRUTHS)


@dataclass
class Looking:
    """One reading; `narrowed` are the columns by which definitions narrow each source."""

    reading: ViewReading
    everybody: Everybody
    narrowed: Mapping[str, tuple[str, ...]]
    days: Days = field(init=False)
    _events: dict[str, Events] = field(default_factory=dict)
    _truths: dict[str, Truths] = field(default_factory=dict)
    _view_days: dict[str, pl.DataFrame] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Lay out the days of the reading's zone."""
        self.days = Days(self.reading.zone, self.reading.reference)

    @cached_property
    def gone(self) -> Truths:
        """Who is there no more: erased, or without a number of their own."""
        return Truths(self._past(self.everybody.gone()), base=False)

    @cached_property
    def customers(self) -> pl.DataFrame:
        """When each customer's own stream began: [who, at, topic, stream, version]."""
        found = self.reading.facts(
            "customers", columns=["registered_at", "first_occurred_at"], envelope=False
        )
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
        narrowed = self.narrowed.get(reach.source, ())
        every = self._told(reach.source, lambda: source.rows(self.reading, narrowed))
        wanted = narrowing(reach.window)
        events = Events(every.rows.filter(*wanted), every.causes) if wanted else every
        base = reach.bound <= 0
        if not source.is_plain or reach.window.in_next_days is not None:
            moved = self._past(standing_windows(events.rows, reach.window, self.days))
            return self._caused(added_up(moved, pl.col("value") >= reach.bound, base=base), events, base=base)
        if base:
            return Truths(NOTHING, base=True, events=events)
        opened = plain_windows(events.rows, reach.window, self.days)
        return self._caused(reached(opened, at_least=reach.bound), events, base=False)

    def _caused(self, changes: pl.DataFrame, events: Events, *, base: bool) -> Truths:
        return Truths(caused(self._past(changes), events.causes), base=base, events=events)

    def _compared(self, condition: FieldCondition) -> Truths:
        if condition.field in DAILY:
            values, scale, before = self._daily(condition.field), SCALE, None
        else:
            values, scale, before = self._values(condition.field)
        if condition.in_last_days is not None:
            return self._lately(values, condition.in_last_days)
        holds = compared(condition, scale=scale, days=self.days)
        at_first = pl.select(value=pl.lit(before, values.rows["value"].dtype))
        base = bool(at_first.select(holds.fill_null(value=False)).item())
        return self._caused(stepped(values.rows, holds, base=base), values, base=base)

    def _lately(self, values: Events, days: int) -> Truths:
        """A day that was, until so many local days are over or another value takes its place."""
        rows = values.rows
        is_next = pl.col("who") == pl.col("who").shift(-1)
        windowed = rows.with_columns(
            closes=self.days.days_after(rows["value"], days),
            until=pl.when(is_next).then(pl.col("at").shift(-1)),
        )
        is_past = pl.col("closes") < pl.col("until").fill_null(self.reading.reference)
        ended = windowed.filter(pl.col("closes") > pl.col("at"), is_past)
        holds = (pl.col("closes") > pl.col("at")).fill_null(value=False)
        begun = windowed.select("who", "at", "row", "by_event", holds=holds)
        over = ended.select(
            "who", "row", at="closes", by_event=pl.lit(value=False), holds=pl.lit(value=False)
        )
        told = pl.concat([begun, over.select(begun.columns)]).sort("who", "at", maintain_order=True)
        return self._caused(stepped(told, pl.col("holds"), base=False), values, base=False)

    def _daily(self, name: str) -> Events:
        field = DAILY[name]
        told = self._told(
            f"field {name}", lambda: daily_values(self._days_of(field.view), self.reading, field)
        )
        return Events(told.rows.with_columns(by_event=pl.lit(value=False)), told.causes)

    def _days_of(self, view: View) -> pl.DataFrame:
        if view.name not in self._view_days:
            self._view_days[view.name] = days_told(self.reading, view)
        return self._view_days[view.name]

    def _values(self, name: str) -> tuple[Events, int, bool | None]:
        """A field's values, their scale, and what is before the first of them."""
        found = field_of(name)
        if found is None:
            raise NotTold(f"nothing tells the field {name!r}")
        told = self._told(f"field {name}", lambda: found.rows(self.reading))
        rows = told.rows.with_columns(by_event=pl.lit(value=True))
        settled = rows if found.settled is None else rows.with_columns(value=found.settled)
        return Events(settled, told.causes), found.scale, found.before

    def _told(self, name: str, rows: Callable[[], pl.DataFrame]) -> Events:
        """Rows of a source, numbered and in order, read when they are first asked for."""
        if name not in self._events:
            self._events[name] = self._ordered(rows())
        return self._events[name]

    def _ordered(self, told: pl.DataFrame) -> Events:
        """Only what orders the rows is sorted; causes stay where they are, and are looked up by row."""
        known = self._past(told)
        order = ["order"] if "order" in known.columns else []
        keys = known.select("customer", "at", *order).with_row_index("row")
        ordered = (
            self.everybody.numbered(keys).select("who", "at", *order, "row").sort("who", "at", *order, "row")
        )
        ordered = _ties_by_stream(ordered, known, order=order)
        others = [name for name in known.columns if name not in CAUSES | {"customer", "at", "order"}]
        rows = ordered.select("who", "at", "row")
        if others:
            rows = pl.concat([rows, known.select(others)[ordered["row"]]], how="horizontal")
        return Events(rows, known.select(name for name in known.columns if name in CAUSES))

    def _past(self, rows: pl.DataFrame) -> pl.DataFrame:
        """What has happened by the reading's moment."""
        is_past = rows["at"] < self.reading.reference
        return rows if is_past.all(ignore_nulls=False) is True else rows.filter(is_past)


def _ties_by_stream(ordered: pl.DataFrame, known: pl.DataFrame, *, order: Sequence[str]) -> pl.DataFrame:
    """What happened to somebody at one moment in the order of streams and versions, however it was read."""
    is_same = pl.all_horizontal(pl.col(name) == pl.col(name).shift(1) for name in ("who", "at"))
    is_second = ordered.select(is_same.fill_null(value=False).alias("tied"))["tied"]
    tied = (is_second | is_second.shift(-1, fill_value=False)).arg_true()
    if tied.is_empty():
        return ordered
    rows = ordered[tied]
    told = pl.concat([rows, known.select("stream", "version")[rows["row"]]], how="horizontal")
    settled = told.sort("who", "at", *order, "stream", "version", "row")["row"]
    return ordered.with_columns(ordered["row"].scatter(tied, settled))
