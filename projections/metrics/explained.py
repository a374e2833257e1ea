"""The rows behind an answer with what each measure makes of them, whatever way the measure is taken."""

import polars as pl

from projections.metrics.bases import base_facts, is_stock, lying_within, placed
from projections.metrics.cells import WITHIN, Slice, fact_rows, keep
from projections.metrics.day_counts import day_counts
from projections.metrics.explained_roles import AMOUNT, ROLES, group_column
from projections.metrics.joined_source import WithJoined
from projections.metrics.measure import Measure, type_names
from projections.metrics.measures import DAYS, KEYS, fact_of
from projections.metrics.moments import moment_rows
from projections.metrics.periods import Periods
from projections.metrics.question import Asked
from projections.metrics.recorded_totals import only_totals
from projections.metrics.statistic_cells import amount_of, has_amount

ONE = pl.lit(1, pl.Int64)


def measured_rows(source: WithJoined, asked: Asked, periods: Periods, part: Slice) -> pl.DataFrame:
    """Rows with period_start, is_counted, event_time, divisor, every measure and what each falls short of."""
    if part.at != WITHIN:
        rows = _moment_rows(source, asked, periods, part)
    elif part.fact == "volumes":
        rows = _base_rows(source, asked, periods, part)
    else:
        rows = _piece_rows(source, asked, periods, part)
    starts = pl.Series([str(start) for start, _ in periods.labels])
    measured = list(zip(part.measures, part.columns, strict=True))
    told = rows.with_columns(
        starts.gather(rows["period"]).alias("period_start"),
        *(_counted_as(measure, asked).alias(name) for measure, name in measured),
        *(_shortfall(measure, asked).alias(f"{name} shortfall") for measure, name in measured),
    )
    return only_totals(told, part) if part.fact == "volumes" else told


def length_rows(source: WithJoined, asked: Asked, periods: Periods, *, position: int) -> pl.DataFrame:
    """The periods themselves, where a definition divides by their length; they open into no events."""
    counts = day_counts(periods, by=asked.reference, calendars=source.reading.rules("calendar"))
    below = [(weight, name) for weight, name in asked.definition.denominator or () if fact_of(name) == DAYS]
    starts = [str(start) for start, _ in periods.labels]
    lengths = [sum(weight * one[name] for weight, name in below) for one in counts]
    groups = map(group_column, asked.question.by)
    return pl.DataFrame({"key": starts, "contribution": lengths}).select(
        pl.lit("denominator").cast(ROLES).alias("role"),
        pl.lit(None, pl.String).alias("reason"),
        pl.lit(DAYS).alias("fact"),
        pl.lit("calendar").alias("stream"),
        "key",
        pl.col("key").alias("period_start"),
        *(pl.lit(None, pl.String).alias(name) for name in groups),
        pl.col("contribution").cast(AMOUNT),
        ONE.alias("divisor"),
        pl.Series("event_time", [start for start, _ in periods.spans], dtype=pl.Datetime("us", "UTC")),
        pl.lit(0, pl.Int64).alias("first_position"),
        pl.lit(position, pl.Int64).alias("last_position"),
        pl.lit(None, pl.String).alias("other_stream"),
    )


def _counted_as(measure: Measure, asked: Asked) -> pl.Expr:
    """What a row adds; for a statistic its amount, null where it has none (an amount of 0 counts)."""
    if asked.definition.statistic is None:
        return measure.value
    return pl.when(has_amount(measure)).then(amount_of(measure)).cast(type_names[measure.sql_type])


def _shortfall(measure: Measure, asked: Asked) -> pl.Expr:
    if asked.definition.statistic is None or measure.amount is None:
        return measure.shortfall
    unknown = pl.when(pl.col(measure.amount).is_null()).then(pl.lit(f"{measure.amount} is not known"))
    return pl.coalesce(measure.shortfall, unknown)


def _moment_rows(source: WithJoined, asked: Asked, periods: Periods, part: Slice) -> pl.DataFrame:
    rows = moment_rows(source, asked, periods, part, columns=KEYS[part.fact])
    is_volume = part.fact == "volumes"
    time = _local_start(pl.col("period_start"), asked) if is_volume else pl.col(part.time)
    return rows.with_columns(is_counted=pl.lit(value=True), event_time=time, divisor=ONE)


def _piece_rows(source: WithJoined, asked: Asked, periods: Periods, part: Slice) -> pl.DataFrame:
    statistic = asked.definition.statistic
    columns = (*KEYS[part.fact], *(statistic.columns if statistic else ()))
    rows = fact_rows(source, asked, part, columns=columns)
    ripe = pl.Series(periods.ripe(asked.definition.ripening, by=asked.reference), dtype=pl.Boolean)
    pieces = periods.pieces_of(rows[part.time])
    return rows.with_columns(
        pl.Series(periods.period_of, dtype=pl.Int64).gather(pieces).alias("period"),
        (ripe.gather(pieces) | (asked.grain in ("hour", "day"))).alias("is_counted"),
        event_time=pl.col(part.time),
        divisor=ONE,
    )


def _base_rows(source: WithJoined, asked: Asked, periods: Periods, part: Slice) -> pl.DataFrame:
    rows = base_facts(source, asked, periods, part, columns=KEYS["volumes"])
    counts = [measure.name for measure in part.measures if measure.amount is None]
    recorded = rows.filter(*keep(part.where), pl.any_horizontal(pl.col(name) > 0 for name in counts))
    judged = only_totals(recorded, part)
    stands = pl.any_horizontal(pl.col(name) != 0 for name in counts)
    parts = lying_within(judged.filter(~stands), periods)
    told = pl.concat([placed(judged.filter(stands), asked, periods, part), parts])
    return told.with_columns(
        is_counted=pl.lit(value=True),
        event_time=_local_start(pl.col("period_start"), asked),
        divisor=_stretches(part),
    )


def _local_start(day: pl.Expr, asked: Asked) -> pl.Expr:
    """The instant at which a local day begins where the question is asked."""
    begins = day.cast(pl.Datetime("us")) + asked.question.day_start
    zoned = begins.dt.replace_time_zone(asked.zone.key, ambiguous="earliest", non_existent="null")
    return zoned.dt.convert_time_zone("UTC")


def _stretches(part: Slice) -> pl.Expr:
    """Of a stock the number of stretches that its mean is over within the row's period; else 1."""
    divisor = ONE
    for measure in filter(is_stock, part.measures):
        recorded = pl.col(measure.counted_by or measure.name) > 0
        starts = pl.when(recorded).then("period_start")
        stretches = starts.drop_nulls().n_unique().over("period").cast(pl.Int64)
        divisor = pl.when(recorded).then(stretches).otherwise(divisor)
    return divisor
