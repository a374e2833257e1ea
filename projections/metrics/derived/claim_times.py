"""What derived facts about claims and requests share: moments, months, and the rule of a day."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
import polars as pl

from projections.metrics.derived.derived import Reading

UTC = pl.Datetime("us", "UTC")
MS = pl.Int64()
Schema = Mapping[str, pl.DataType]


def whole_time(reading: Reading, column: str) -> tuple[str, datetime, datetime]:
    """A time column within all of the periods asked for."""
    return column, reading.spans[0][0], reading.spans[-1][1]


def ends(reading: Reading) -> pl.DataFrame:
    """[moment]: the end of each period that has begun, or the moment asked as of where that is earlier."""
    reached = [min(end, reading.reference) for start, end in reading.spans if start < reading.reference]
    return pl.DataFrame({"moment": reached}, schema={"moment": UTC})


def local_day(column: str, reading: Reading) -> pl.Expr:
    """The day of a moment where the question is asked."""
    return pl.col(column).dt.convert_time_zone(reading.zone.key).dt.date()


def milliseconds(since: str, until: str | pl.Expr) -> pl.Expr:
    """Whole milliseconds from one column's moment to another; null where either is not known."""
    end = pl.col(until) if isinstance(until, str) else until
    return (end - pl.col(since)).dt.total_milliseconds()


def months(earlier: pl.Expr, later: pl.Expr) -> pl.Expr:
    """Calendar months from one day's month to the other's."""
    return _months_of(later) - _months_of(earlier)


def _months_of(day: pl.Expr) -> pl.Expr:
    return 12 * day.dt.year().cast(pl.Int64) + day.dt.month().cast(pl.Int64)


def with_rule_of_the_day(rows: pl.DataFrame, rules: pl.DataFrame, *, day: pl.Expr) -> pl.DataFrame:
    """The rows with `rule`: the JSON of the latest of these rules in force on the row's day, else null."""
    dated = rules.group_by("valid_from", maintain_order=True).agg(rule=pl.col("body").last())
    return (
        rows.with_columns(day=day)
        .sort("day")
        .join_asof(dated.sort("valid_from"), left_on="day", right_on="valid_from", strategy="backward")
        .with_columns(pl.when(pl.col("rule") != "null").then("rule").alias("rule"))
        .drop("day", "valid_from")
    )


def rule_read_as(body: str, body_type: Any) -> Any:
    """A rule's body as its type; None where it is withdrawn, or an import told what is no such rule."""
    try:
        return msgspec.json.decode(body, type=body_type | None)
    except msgspec.MsgspecError:
        return None
