"""When what is left of lots lapses: at the end of a day in the programme's zone; and how much how soon."""

from datetime import datetime, timedelta

import polars as pl

from domain.organisation.programme_in_force import PROGRAMME
from projections.facts.member_lot_terms import with_terms
from projections.facts.spec import MONEY
from projections.views.reading import ViewReading
from projections.views.rules_of_the_day import rule_book

WINDOWS = (30, 60, 90)
"""Days after the view's own within which points expire."""
LAPSE_COLUMNS = ("earned_at", "available_at", "expires_at", "programme", "balance")
EXPIRING = tuple(f"expiring_{days}_days" for days in WINDOWS)


def with_lapses(lots: pl.DataFrame, reading: ViewReading) -> pl.DataFrame:
    """Add to lots (LAPSE_COLUMNS) when they are `due`, `due_on` which day, and what they hold until when.

    `due` is the last microsecond of the day `due_on` in the programme's zone; null is never. Of what is
    `held`, a balance above zero, `pending` cannot be spent yet, `lapsed` fell due (its expiry is not told
    yet), and `expiring_N_days` falls due within the N local days of the organisation after the view's day.
    """
    timed = with_terms(lots.rename({"earned_at": "occurred_at"}), rule_book(reading, PROGRAMME, "zone"))
    dated = timed.rename({"occurred_at": "earned_at"}).with_columns(
        held=pl.col("balance").clip(lower_bound=0).cast(MONEY),
        due_on=_local_day(timed["zone"], organisation=reading.zone.key),
    )
    has_lapsed = (pl.col("due") < reading.reference).fill_null(value=False)
    is_pending = (pl.col("available") > reading.reference).fill_null(value=False)
    return dated.with_columns(
        _where(is_pending).alias("pending"),
        _where(has_lapsed).alias("lapsed"),
        *(
            _where(~has_lapsed & (pl.col("due") < pl.lit(_end(reading, days)))).alias(name)
            for name, days in zip(EXPIRING, WINDOWS, strict=True)
        ),
    )


def _local_day(zones: pl.Series, *, organisation: str) -> pl.Expr:
    """The day of `due` in each row's `zone`; in the organisation's where that is not known."""
    day = pl.col("due").dt.convert_time_zone(organisation).dt.date()
    for zone in zones.drop_nulls().unique().sort():
        local = pl.col("due").dt.convert_time_zone(zone).dt.date()
        day = pl.when(pl.col("zone") == zone).then(local).otherwise(day)
    return day


def _where(holds: pl.Expr) -> pl.Expr:
    return pl.when(holds).then("held").otherwise(pl.lit(0, MONEY))


def windows_end(reading: ViewReading) -> datetime:
    """Where the longest window ends."""
    return _end(reading, WINDOWS[-1])


def _end(reading: ViewReading, days: int) -> datetime:
    """Where the window of so many local days after the view's day ends."""
    return reading.begin_of(reading.day + timedelta(days=days + 1))
