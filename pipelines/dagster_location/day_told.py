"""What stays in mind of a refreshed day when its rows are let go: counts, its figure, what breaks a rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, Self

import polars as pl

from pipelines.dagster_location.refreshing import RefreshedDay
from projections.views.view import View

SHOWN_ROWS = 10
ONE_ROW_PER_KEY = "one_row_per_key"


@dataclass(frozen=True, kw_only=True)
class Broken:
    """The rows of a day that break a rule: how many, and the first of them."""

    rows: int
    shown: pl.DataFrame


@dataclass(frozen=True, kw_only=True)
class DayTold:
    """A refreshed day in brief; `broken` by the rule's name, `shown` the first of its rows."""

    day: date
    position: int
    status: Literal["stored", "confirmed", "differs"]
    difference: str | None
    rows: int
    figure: float | None
    shown: pl.DataFrame
    broken: Mapping[str, Broken]

    @classmethod
    def of(cls, view: View, one: RefreshedDay) -> Self:
        """The brief of a day whose rows are still there."""
        return cls(
            day=one.day,
            position=one.position,
            status=one.status,
            difference=one.difference,
            rows=one.rows.height,
            figure=view.figure.value(one.rows, one.day),
            shown=one.rows.head(SHOWN_ROWS),
            broken=broken_rules(view, one.rows),
        )


def broken_rules(view: View, rows: pl.DataFrame) -> dict[str, Broken]:
    """The rules of a view that some rows break; a rule says nothing of a row that it gives null for."""
    breaking = {
        ONE_ROW_PER_KEY: rows.filter(pl.struct(view.keys).is_duplicated()) if view.keys else rows.slice(1),
        **{name: rows.filter(~rule) for name, rule in view.ranges.items()},
    }
    return {
        name: Broken(rows=found.height, shown=found.head(SHOWN_ROWS))
        for name, found in breaking.items()
        if not found.is_empty()
    }
