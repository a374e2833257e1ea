"""What a customer spends and uses: the last bill, the mean of the last three, and whether it falls."""

from datetime import date

import polars as pl

from projections.views.churn.told_rows import IS_DECLARED, PERSON, ToldRows

USAGE_READ = ("usage_months",)
USAGE_DAYS = 400
"""Usage that was told longer ago is not looked at."""
RECENT_MONTHS, FORMER_MONTHS = 3, 6
CODE = "code"
"""A number for each person among the rows: many times as quick to group by as a text."""
AMOUNTS = (
    ("spend_last_month", "spend", "is_last"),
    ("spend_mean", "spend", "is_recent"),
    ("spend_before", "spend", "is_former"),
    ("volume_last", "volume", "is_last"),
    ("volume_before", "volume", "is_former"),
)
LAST_TOLD = ("balance", "plan", "channel")


def usage_of(told: ToldRows) -> pl.DataFrame:
    """Periods of usage: [person, is_declared, period_start, period_end, spend, volume, balance, …]."""
    rows = told.of(
        *("usage_months", "period_start", "period_end", "spend", "volume", *LAST_TOLD),
        at="told_at",
        since=told.reading.days_before(USAGE_DAYS),
    )
    amounts = pl.col("spend", "volume", "balance").cast(pl.Float64)
    return rows.filter(pl.col("period_end").is_not_null()).drop("told_at").with_columns(amounts)


def spend_features(usage: pl.DataFrame, *, day: date) -> pl.DataFrame:
    """[person, is_declared, spend_*, volume_trend, balance, months_since_usage, plan, usage_channel].

    Months are counted back from the end of the last period told, so that a bill that comes late moves no
    window. A trend is the last period's monthly amount over the mean of the six months before it.
    """
    coded = usage.with_columns(
        _month(pl.col("period_start")).alias("begins"),
        _month(pl.col("period_end")).alias("ends"),
        pl.col(PERSON).cast(pl.Categorical).to_physical().alias(CODE),
    )
    persons = coded.group_by(CODE).agg(
        pl.col(PERSON).first(),
        pl.col(IS_DECLARED).any(),
        last_end=pl.col("ends").max(),
        last_used=pl.when(pl.col("spend") > 0).then("ends").max(),
    )
    return persons.join(_amounts(coded, persons), on=CODE).select(
        *(PERSON, IS_DECLARED, "spend_last_month", "spend_mean", "balance", "plan"),
        spend_trend=_ratio("spend_last_month", "spend_before"),
        volume_trend=_ratio("volume_last", "volume_before"),
        months_since_usage=_month(pl.lit(day)) - pl.col("last_used"),
        usage_channel="channel",
    )


def _amounts(coded: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """[code, an amount per month of each window, and what the last period told]."""
    back = pl.col("last_end") - pl.col("ends")
    placed = (
        coded.drop(PERSON, IS_DECLARED)
        .join(persons.select(CODE, "last_end"), on=CODE)
        .with_columns(back=back, months=(pl.col("ends") - pl.col("begins")).clip(lower_bound=1))
        .filter(pl.col("back") <= FORMER_MONTHS)
    )
    windows = {
        "is_last": pl.col("back") == 0,
        "is_recent": pl.col("back") < RECENT_MONTHS,
        "is_former": pl.col("back") > 0,
    }
    there = {name: windows[window] & pl.col(column).is_not_null() for name, column, window in AMOUNTS}
    summed = (
        placed.select(
            CODE,
            *(pl.when(there[name]).then(column).alias(name) for name, column, _ in AMOUNTS),
            *(pl.when(told).then("months").alias(f"{name}_months") for name, told in there.items()),
            *(pl.when(windows["is_last"]).then(name).alias(name) for name in LAST_TOLD),
        )
        .group_by(CODE)
        .agg(
            *(pl.col(f"{name}{part}").sum() for name in there for part in ("", "_months")),
            *(pl.col(name).max() for name in LAST_TOLD),
        )
    )
    return summed.with_columns(
        pl.when(pl.col(f"{name}_months") > 0).then(pl.col(name) / pl.col(f"{name}_months")).round(4)
        for name in there
    )


def _ratio(now: str, before: str) -> pl.Expr:
    return pl.when(pl.col(before) > 0).then(pl.col(now) / pl.col(before)).round(4)


def _month(day: pl.Expr) -> pl.Expr:
    """The calendar month of a day, counted from year 0."""
    return day.dt.year() * 12 + day.dt.month().cast(pl.Int32)
