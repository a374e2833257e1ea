"""What Dagster shows of a run: every day's counts, the last one's rows, and the figure over days."""

from collections.abc import Mapping
from datetime import date

import dagster as dg
import polars as pl

from pipelines.dagster_location.day_told import DayTold
from pipelines.dagster_location.figures import FIGURE, STORED_AS
from pipelines.dagster_location.markdown import markdown_table
from pipelines.dagster_location.plot import line_plot
from projections.views.view import Figure, View

Shown = dict[str, dg.MetadataValue]


def metadata_of_day(one: DayTold, *, stored_as: object) -> Shown:
    """What stays with a day's partition; Dagster draws its numbers over partitions."""
    figure = {} if one.figure is None else {FIGURE: dg.MetadataValue.float(one.figure)}
    return {
        "dagster/partition_row_count": dg.MetadataValue.int(one.rows),
        "position": dg.MetadataValue.int(one.position),
        "status": dg.MetadataValue.text(one.status),
        STORED_AS: dg.MetadataValue.text(str(stored_as)),
        **figure,
    }


def metadata_of_run(
    last: DayTold, *, days: int, figures: Mapping[date, float | None], figure: Figure, highest: int
) -> Shown:
    """The last day's rows, how far it is behind the log, and the figure over the days that are drawn."""
    shown: Shown = {
        "dagster/row_count": dg.MetadataValue.int(last.rows),
        "days": dg.MetadataValue.int(days),
        "lag": dg.MetadataValue.int(highest - last.position),
        "rows_of_the_last_day": dg.MetadataValue.md(markdown_table(_told(last.shown))),
    }
    if len(figures) > 1:
        shown[figure.name] = dg.MetadataValue.md(_drawn(figures, figure))
    return shown


def column_schema(view: View) -> dg.TableSchema:
    """The columns with their PostgreSQL types."""
    columns = [dg.TableColumn(name=name, type=pg_type) for name, pg_type in view.pg_types.items()]
    return dg.TableSchema(columns=columns)


def _drawn(figures: Mapping[date, float | None], figure: Figure) -> str:
    days = sorted(figures)
    return line_plot(
        [figures[day] for day in days],
        lowest=figure.lowest,
        highest=figure.highest,
        name=figure.name,
        first=str(days[0]),
        last=str(days[-1]),
    )


def _told(rows: pl.DataFrame) -> pl.DataFrame:
    """Without the columns that say nothing in any row."""
    return rows.select(column for column in rows if column.null_count() < rows.height)
