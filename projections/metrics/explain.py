"""Every number opened up into its rows: what counts above and below the line, what does not, and why."""

from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from projections.metrics.answer import cut_periods, settle, slices
from projections.metrics.bases import base_facts, placed
from projections.metrics.cells import Slice, fact_rows, keep
from projections.metrics.definition import Terms
from projections.metrics.measures import KEYS
from projections.metrics.periods import Periods
from projections.metrics.question import Asked, Question, check
from projections.metrics.source import FactSource

ROLES = pl.Enum(["numerator", "denominator", "excluded"])
AMOUNT = pl.Decimal(38, 4)
UNRIPE = "not ripe yet"
nothing = pl.lit(None, pl.String)


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some rows of an explanation, how many there are in all, and the position at which they were read.

    Columns: role (numerator, denominator, excluded), reason, fact, stream, key, period_start, the question's
    `by`, contribution, divisor, event_time, first_position, last_position. Contributions of a role within one
    period and group, over their divisor (the stretches of a stock's mean, else 1), are the answer's figure.
    """

    rows: pl.DataFrame
    offset: int
    total: int
    position: int


def explain(
    source: FactSource, question: Question, *, now: datetime, offset: int = 0, limit: int = 1000
) -> Page:
    """A page of the rows behind the answers to a question, above the line first, in order of time."""
    rows = explained_rows(source, question, now=now).sort("role", "event_time", "stream", "key")
    _, position = settle(source, check(question, zone=source.zone, now=now))
    return Page(rows=rows.slice(offset, limit), offset=offset, total=rows.height, position=position)


def difference_known_at(
    source: FactSource, question: Question, earlier: datetime, later: datetime, *, now: datetime
) -> pl.DataFrame:
    """The rows whose contribution differs between what was known at two moments: before, after and change.

    The changes of a role within one period and group add up to the difference of its figure.
    """
    told = [
        explained_rows(source, replace(question, known_at=moment), now=now)
        .filter(pl.col("role") != "excluded")
        .drop("reason", "first_position")
        for moment in (earlier, later)
    ]
    row = ["role", "fact", "stream", "key", "period_start", *question.by]
    both = told[0].join(told[1], on=row, how="full", coalesce=True, nulls_equal=True, suffix="_after")
    before, after = (pl.col(name).fill_null(0) for name in ("contribution", "contribution_after"))
    return (
        both.select(
            *row,
            event_time=pl.coalesce("event_time_after", "event_time"),
            before=before,
            after=after,
            change=after - before,
            last_position=pl.coalesce("last_position_after", "last_position"),
        )
        .filter(pl.col("change") != 0)
        .sort("role", "event_time", "stream", "key")
    )


def explained_rows(source: FactSource, question: Question, *, now: datetime) -> pl.DataFrame:
    """All rows of an explanation, in no particular order, by the same expressions as the answers."""
    asked, _ = settle(source, check(question, zone=source.zone, now=now))
    periods = cut_periods(asked)
    return pl.concat(
        [_roles(_measured_rows(source, asked, periods, part), asked, part) for part, _ in slices(asked)]
    )


def _measured_rows(source: FactSource, asked: Asked, periods: Periods, part: Slice) -> pl.DataFrame:
    """Rows with period_start, is_counted, event_time, divisor, every measure and what each falls short of."""
    if part.fact == "volumes":
        rows = _base_rows(source, asked, periods, part)
    else:
        rows = _piece_rows(source, asked, periods, part)
    starts = pl.Series([str(start) for start, _ in periods.labels])
    return rows.with_columns(
        starts.gather(rows["period"]).alias("period_start"),
        *(measure.value for measure in part.measures),
        *(measure.shortfall.alias(f"{measure.name} shortfall") for measure in part.measures),
    )


def _piece_rows(source: FactSource, asked: Asked, periods: Periods, part: Slice) -> pl.DataFrame:
    rows = fact_rows(source, asked, part, columns=KEYS[part.fact])
    ripe = pl.Series(periods.ripe(asked.definition.ripening, by=asked.reference), dtype=pl.Boolean)
    pieces = periods.pieces_of(rows[part.time])
    return rows.with_columns(
        pl.Series(periods.period_of, dtype=pl.Int64).gather(pieces).alias("period"),
        (ripe.gather(pieces) | (asked.grain in ("hour", "day"))).alias("is_counted"),
        event_time=pl.col(part.time),
        divisor=pl.lit(1, pl.Int64),
    )


def _base_rows(source: FactSource, asked: Asked, periods: Periods, part: Slice) -> pl.DataFrame:
    rows = base_facts(source, asked, periods, part, columns=KEYS["volumes"])
    counts = [measure.name for measure in part.measures if measure.amount is None]
    recorded = rows.filter(*keep(part.where), pl.any_horizontal(pl.col(name) > 0 for name in counts))
    begins = pl.col("period_start").cast(pl.Datetime("us")) + asked.question.day_start
    stretches = pl.col("period_start").n_unique().over("period").cast(pl.Int64)
    is_stock = any(measure.kind == "stock" for measure in part.measures)
    return placed(recorded, asked, periods, part).with_columns(
        is_counted=pl.lit(value=True),
        event_time=begins.dt.replace_time_zone(
            asked.zone.key, ambiguous="earliest", non_existent="null"
        ).dt.convert_time_zone("UTC"),
        divisor=stretches if is_stock else pl.lit(1, pl.Int64),
    )


def _roles(rows: pl.DataFrame, asked: Asked, part: Slice) -> pl.DataFrame:
    """One row per role that a fact row has; below the line it says why it is not above, too."""
    mine = {measure.name for measure in part.measures}
    above = tuple(term for term in asked.definition.numerator if term[1] in mine)
    below = tuple(term for term in asked.definition.denominator or () if term[1] in mine)
    counted = pl.col("is_counted")
    told = [
        rows.filter(counted & (_amount(terms) != 0)).with_columns(
            pl.lit(role).alias("role"),
            _missing_above(above).alias("reason") if role == "denominator" else nothing.alias("reason"),
            _amount(terms).alias("contribution"),
        )
        for role, terms in (("numerator", above), ("denominator", below))
        if terms
    ]
    counts_nowhere = pl.all_horizontal(_amount(terms) == 0 for terms in (above, below) if terms)
    lacking = pl.when(counts_nowhere).then(_shortfall(below or above))
    told.append(
        rows.filter(~counted | counts_nowhere).with_columns(
            role=pl.lit("excluded"),
            reason=lacking.otherwise(pl.lit(UNRIPE)),
            contribution=pl.lit(0, AMOUNT),
        )
    )
    return pl.concat([_shown(part_told, asked, part) for part_told in told])


def _missing_above(above: Terms) -> pl.Expr:
    return pl.when(_amount(above) == 0).then(_shortfall(above)) if above else nothing


def _amount(terms: Terms) -> pl.Expr:
    return pl.sum_horizontal(pl.col(name).cast(AMOUNT) * weight for weight, name in terms).cast(AMOUNT)


def _shortfall(terms: Terms) -> pl.Expr:
    """Why a sum of measures does not count a row: what each wanted, or which of them took it out again."""
    wanted = [pl.col(f"{name} shortfall") for weight, name in terms if weight > 0]
    taken = [
        pl.when(pl.col(f"{name} shortfall").is_null()).then(pl.lit(f"left out as {name.replace('_', ' ')}"))
        for weight, name in terms
        if weight < 0
    ]
    lacking = pl.concat_list(wanted).list.unique(maintain_order=True).list.join("; ")
    return (
        pl.when(pl.all_horizontal(reason.is_not_null() for reason in wanted))
        .then(lacking)
        .otherwise(pl.coalesce(*taken, pl.lit("adds nothing")))
    )


def _shown(rows: pl.DataFrame, asked: Asked, part: Slice) -> pl.DataFrame:
    keys = KEYS[part.fact]
    return rows.select(
        pl.col("role").cast(ROLES),
        "reason",
        pl.lit(part.fact).alias("fact"),
        pl.col(keys[0]).alias("stream"),
        pl.concat_str([pl.col(name).cast(pl.String) for name in keys], separator="|").alias("key"),
        "period_start",
        *(
            pl.col(name).cast(pl.String) if name in part.by else nothing.alias(name)
            for name in asked.question.by
        ),
        "contribution",
        "divisor",
        "event_time",
        "first_position",
        "last_position",
    )
