"""What a customer spends and uses: the last bill, the mean of the last three, and whether it falls."""

import polars as pl

from projections.views.churn.told_rows import IS_DECLARED, PERSON, ToldRows

USAGE_READ = ("usage_months",)
USAGE_DAYS = 400
"""Usage that was told longer ago is not looked at."""
RECENT_MONTHS, FORMER_MONTHS = 3, 6


def spend_features(told: ToldRows) -> pl.DataFrame:
    """[person, is_declared, spend_*, volume_trend, balance, months_since_usage, plan, usage_channel].

    Months are counted back from the end of the last period told, so that a bill that comes late moves no
    window. A trend is the last period's monthly amount over the mean of the six months before it.
    """
    usage = _usage(told)
    counted = usage.join(usage.group_by(PERSON).agg(last_end=pl.col("period_end").max()), on=PERSON)
    months_back = _months(pl.col("period_end"), pl.col("last_end"))
    is_last, is_recent = months_back == 0, months_back < RECENT_MONTHS
    is_former = months_back.is_between(1, FORMER_MONTHS)
    counted = counted.with_columns(is_last=is_last, is_recent=is_recent, is_former=is_former)
    return (
        counted.group_by(PERSON)
        .agg(
            pl.col(IS_DECLARED).any(),
            spend_last_month=_monthly("spend", "is_last"),
            spend_mean=_monthly("spend", "is_recent"),
            spend_before=_monthly("spend", "is_former"),
            volume_last=_monthly("volume", "is_last"),
            volume_before=_monthly("volume", "is_former"),
            last_used=pl.col("period_end").filter(pl.col("spend") > 0).max(),
            **{name: pl.col(name).filter("is_last").max() for name in ("balance", "plan", "channel")},
        )
        .with_columns(
            spend_trend=_ratio("spend_last_month", "spend_before"),
            volume_trend=_ratio("volume_last", "volume_before"),
            months_since_usage=_months(pl.col("last_used"), pl.lit(told.reading.day)),
            usage_channel="channel",
        )
        .drop("volume_last", "volume_before", "last_used", "channel", "spend_before")
    )


def _usage(told: ToldRows) -> pl.DataFrame:
    rows = told.of(
        *("usage_months", "period_end", "spend", "volume", "balance", "plan", "channel", "period_start"),
        at="told_at",
        since=told.reading.days_before(USAGE_DAYS),
    )
    return rows.filter(pl.col("period_end").is_not_null()).with_columns(
        pl.col("spend", "volume", "balance").cast(pl.Float64),
        months=_months(pl.col("period_start"), pl.col("period_end")).clip(lower_bound=1),
    )


def _monthly(column: str, where: str) -> pl.Expr:
    """The amount per month in these periods, to a ten-thousandth; null where none tells it."""
    there = pl.col(where) & pl.col(column).is_not_null()
    months = pl.col("months").filter(there).sum()
    return pl.when(months > 0).then(pl.col(column).filter(there).sum() / months).round(4)


def _ratio(now: str, before: str) -> pl.Expr:
    return pl.when(pl.col(before) > 0).then(pl.col(now) / pl.col(before)).round(4)


def _months(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Calendar months from one day's month to the other's."""
    years = end.dt.year().cast(pl.Int64) - start.dt.year().cast(pl.Int64)
    return years * 12 + end.dt.month().cast(pl.Int64) - start.dt.month().cast(pl.Int64)
