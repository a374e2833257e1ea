"""Facts with the dimensions that are joined when reading: the source of one question.

Whoever reads rows or sums by `unit.store` or `member_tier` finds a column of that name. Nothing is read for
it unless the question names such a dimension.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import polars as pl

from projections.metrics.askable import UNDER, follows_tree, own_column, root_column, root_of
from projections.metrics.cells import Slice
from projections.metrics.derived_source import BoundReading, WithDerived
from projections.metrics.joined import Joins, tells_persons_apart
from projections.metrics.periods import Periods, moment
from projections.metrics.question import Asked
from projections.metrics.source import FactSource, Span
from projections.metrics.unit_tree import INSTANT, STREAM

MICROSECOND = timedelta(microseconds=1)
Equal = Mapping[str, Sequence[str | None]]


def with_joined(source: FactSource, asked: Asked, periods: Periods) -> "WithJoined":
    """The source for one question, whose moment and position are settled."""
    return WithJoined(source=source, reading=BoundReading(source, asked, periods))


@dataclass(frozen=True)
class WithJoined(WithDerived):
    """A `FactSource` whose rows and sums have the joined dimensions that its question names."""

    @cached_property
    def joins(self) -> Joins:
        return Joins(self.reading)

    def sums(self, fact: str, grouping: tuple[str, ...], from_day: date, to_day: date) -> pl.DataFrame:
        """Stored cells, with what the tree says of their units, under the names that the question uses."""
        return self._named(super().sums(fact, grouping, from_day, to_day), fact, grouping)

    def past_sums(
        self, fact: str, grouping: tuple[str, ...], *days: Any, **moment: Any
    ) -> pl.DataFrame | None:
        """The same as they stood at the question's moment."""
        cells = super().past_sums(fact, grouping, *days, **moment)
        return None if cells is None else self._named(cells, fact, grouping)

    def _named(self, cells: pl.DataFrame, fact: str, grouping: tuple[str, ...]) -> pl.DataFrame:
        question = self.reading.asked.question
        names = [name for name in dict.fromkeys([*question.by, *question.where]) if name not in cells.columns]
        owns = {name: own for name in names if (own := own_column(fact, name)) in grouping}
        cells = cells.with_columns(pl.col(own).alias(name) for name, own in owns.items())
        tree = [name for name in names if follows_tree(name)] if "unit" in grouping else []
        return self._placed(cells, tree, unit="unit", time="day") if tree else cells

    def facts(  # noqa: PLR0913 - as FactSource has it
        self,
        fact: str,
        *,
        columns: Sequence[str],
        time: Span | None,
        equal: Equal,
        as_of: datetime | None,
        known_at: datetime | None,
        position: int | None,
        envelope: bool = True,
    ) -> pl.DataFrame:
        """Rows with the joined columns among those asked for; `equal` narrows by their own columns only."""
        names = list(dict.fromkeys([*columns, *equal]))
        joined = [name for name in names if own_column(fact, name) != name and root_of(name) is not None]
        rows = super().facts(
            fact,
            columns=_stored(fact, names, joined=joined),
            time=time,
            equal=self._narrowed(fact, equal, joined=joined),
            as_of=as_of,
            known_at=known_at,
            position=position,
            envelope=envelope,
        )
        return rows if time is None else self._with_columns(rows, joined, fact=fact, time=time[0])

    def joined_at_moments(self, rows: pl.DataFrame, part: Slice) -> pl.DataFrame:
        """Rows, or cells, of stocks with what a slice joins, as of just before their moments."""
        names = joined_names(part)
        tree = [name for name in names if follows_tree(name)]
        others = [name for name in names if name not in tree]
        if tree:
            unit = root_column(part.fact, "unit") or "unit"
            rows = self.joins.placed(rows, tree, unit=unit, period=rows["period"])
        if others:
            at = rows["moment"] - MICROSECOND
            rows = rows.with_columns(self.joins.value(rows, name, fact=part.fact, at=at) for name in others)
        return rows

    def _with_columns(self, rows: pl.DataFrame, joined: list[str], *, fact: str, time: str) -> pl.DataFrame:
        tree = [name for name in joined if follows_tree(name)]
        others = [name for name in joined if not follows_tree(name)]
        if tree:
            rows = self._placed(rows, tree, unit=root_column(fact, "unit") or "unit", time=time)
        if others:
            at = self._happened(rows[time])
            rows = rows.with_columns(self.joins.value(rows, name, fact=fact, at=at) for name in others)
        if "customer_id" in rows.columns and tells_persons_apart(self.reading.asked):
            rows = self.joins.by_person(rows, at=self._happened(rows[time]))
        return rows

    def _placed(self, rows: pl.DataFrame, names: list[str], *, unit: str, time: str) -> pl.DataFrame:
        return self.joins.placed(rows, names, unit=unit, period=self._periods(rows[time]))

    def _periods(self, times: pl.Series) -> pl.Series:
        """The period that each instant, or local day, lies in; the nearest for those that lie in none."""
        periods = self.reading.periods
        is_day = times.dtype == pl.Date
        spans, dtype = (periods.local_spans, pl.Datetime("us")) if is_day else (periods.spans, INSTANT)
        starts = pl.Series([start for start, _ in spans], dtype=dtype)
        return (starts.search_sorted(times.cast(dtype), side="right").cast(pl.Int64) - 1).clip(0)

    def _happened(self, times: pl.Series) -> pl.Series:
        """When rows happened: what stands for a day, at its last microsecond where the question is asked."""
        if times.dtype != pl.Date:
            return times
        asked = self.reading.asked
        days = times.unique().drop_nulls()
        ends = [
            moment(day + timedelta(days=1), zone=asked.zone, day_start=asked.question.day_start) - MICROSECOND
            for day in days.to_list()
        ]
        return times.replace_strict(days, pl.Series(ends, dtype=INSTANT), default=None, return_dtype=INSTANT)

    def _narrowed(self, fact: str, equal: Equal, *, joined: list[str]) -> Equal:
        """What rows can be filtered by before anything is joined; persons and units under many names."""
        kept = {name: values for name, values in equal.items() if name not in joined}
        if "customer_id" in kept and tells_persons_apart(self.reading.asked):
            kept["customer_id"] = self.joins.persons.everybody(kept["customer_id"])
        if UNDER in equal and "unit" not in kept and root_column(fact, "unit"):
            units = self.joins.tree.beneath(equal[UNDER], self.joins.tree_moments)
            kept["unit"] = [*units, *(f"{STREAM}{unit}" for unit in units if unit is not None)]
        return kept


def _stored(fact: str, names: Sequence[str], *, joined: Sequence[str]) -> list[str]:
    """The columns that a fact has itself, for these names: its own, or what others are joined by."""
    wanted = [name for name in names if name not in joined]
    for name in joined:
        held = own_column(fact, name) or root_column(fact, root_of(name) or name)
        wanted += [held] if held else []
    return list(dict.fromkeys(wanted))


def joined_names(part: Slice) -> list[str]:
    """The dimensions of a slice that its fact does not have under these names."""
    named = dict.fromkeys([*part.by, *part.where])
    return [name for name in named if own_column(part.fact, name) != name and root_of(name) is not None]


def is_as_stored(part: Slice) -> bool:
    return not joined_names(part)


def follows_only_tree(part: Slice) -> bool:
    return part.fact != "volumes" and all(map(follows_tree, joined_names(part)))


def as_stored(part: Slice) -> Slice:
    """The slice by what rows have themselves: the units, customers and agents that others are joined by."""
    joined = joined_names(part)
    if not joined:
        return part
    return replace(
        part,
        by=tuple(_stored(part.fact, [*part.by, *joined], joined=joined)),
        where={name: values for name, values in part.where.items() if name not in joined},
    )
