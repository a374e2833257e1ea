"""The figure of a view's stored days: as it was told with them, or read from the day where it was not."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import dagster as dg
import polars as pl

from pipelines.dagster_location.day_told import DayTold
from projections.storage.database import Database
from projections.storage.view_tables import read_view
from projections.views.view import View

DRAWN_DAYS = 30
STORED_AS, FIGURE = "stored_as", "figure"
"""Metadata of a stored day: the hash of its rows, and its figure."""


def drawn_days(stored: Sequence[date], run: Collection[date]) -> list[date]:
    """The days whose figure is drawn: those of the run, or the 30 stored ones that end with its last."""
    last = max(run)
    return sorted({*run, *[day for day in stored if day <= last][-DRAWN_DAYS:]})


def figures_of(
    context: dg.AssetExecutionContext,
    database: Database,
    view: View,
    *,
    done: Sequence[DayTold],
    noted: pl.DataFrame,
) -> dict[date, float | None]:
    """The figure of every day that is drawn, in order; `noted` are the stored days of the view."""
    here = {one.day: one.figure for one in done}
    hashes = dict(noted.select("day", "hash").rows())
    days = drawn_days(list(hashes), here.keys())
    told = figures_told(context, [day for day in days if day not in here], hashes=hashes)
    return {
        day: here[day] if day in here else told[day] if day in told else _read(database, view, day)
        for day in days
    }


def figures_told(
    context: dg.AssetExecutionContext, days: Sequence[date], *, hashes: Mapping[date, object]
) -> dict[date, float | None]:
    """The figures that earlier runs left with their partitions, where these are still the stored rows."""
    if not days:
        return {}
    asked = dg.AssetRecordsFilter(
        asset_key=context.asset_key, asset_partitions=[day.isoformat() for day in days]
    )
    found: dict[date, float | None] = {}
    for record in context.instance.fetch_materializations(asked, limit=10 * len(days)).records:
        event = record.asset_materialization
        if event is None or event.partition is None or STORED_AS not in event.metadata:
            continue
        day = date.fromisoformat(event.partition)
        if event.metadata[STORED_AS].value == str(hashes[day]):
            found.setdefault(day, _number(event.metadata.get(FIGURE)))
    return found


def _number(told: dg.MetadataValue[Any] | None) -> float | None:
    value = None if told is None else told.value
    return float(value) if isinstance(value, int | float) else None


def _read(database: Database, view: View, day: date) -> float | None:
    with database.transaction():
        rows = read_view(database, view, day)
    return None if rows is None else view.figure.value(rows, day)
