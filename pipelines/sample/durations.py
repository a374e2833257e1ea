"""How long things take: bounded waits, waits that meet a total exactly, and times as systems print them."""

import polars as pl

from pipelines.sample.dice import Dice

WRITTEN = "%Y-%m-%d %H:%M:%S"
LONGEST = 5
"""No wait is longer than so many times its mean, so that a period's work ends soon after it."""
MINUTE, HOUR, DAY = 60, 3_600, 86_400


def some_time(count: int, *, mean: float, dice: Dice, least: int = MINUTE) -> pl.Expr:
    """Waits for a column of `count` rows: `least` seconds and an exponential part of that mean."""
    return seconds(dice.durations(count, mean=mean).clip(0, int(mean * LONGEST)) + least)


def seconds(counted: pl.Series) -> pl.Expr:
    """Whole seconds as a duration to add to moments of the same rows."""
    return pl.duration(seconds=pl.lit(counted))


def summing_to(draws: pl.Series, *, total: int) -> pl.Series:
    """Whole draws moved up or down alike until they add up to the total."""
    if draws.is_empty():
        return draws
    step, rest = divmod(total - int(draws.sum()), draws.len())
    return draws + step + (pl.int_range(draws.len(), eager=True) < rest).cast(pl.Int64)


def written(moment: pl.Expr) -> pl.Expr:
    """A moment as source systems print it."""
    return moment.dt.strftime(WRITTEN)
