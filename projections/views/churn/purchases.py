"""The months in which customers without a contract bought: what a purchase history is told from.

A month counts once, whether there was spend in it, an order or points earned: the five kinds of organisation
tell different ones of these. Only months that are over count, so that a day in a month changes nothing.
"""

from datetime import date, datetime

import polars as pl

from projections.metrics.periods import moment
from projections.views.churn.told_rows import IS_DECLARED, PERSON, ToldRows

PURCHASES_READ = ("usage_months", "requests", "member_lots")
MONTHS = 12
"""What was bought longer ago is not looked at."""
ORDER = "order"


def purchase_features(told: ToldRows, usage: pl.DataFrame, among: pl.DataFrame) -> pl.DataFrame:
    """[person, is_declared, purchase_count, purchase_recency_days, purchase_age_days] of `among` who bought.

    Count: months with a purchase after the first one. Recency: days from the first to the last of them. Age:
    days from the first to the end of the last whole month. Schmittlein, Morrison and Colombo's x, t_x and T.
    """
    this_month = told.reading.day.replace(day=1)
    first_month = date(this_month.year - MONTHS // 12, this_month.month, 1)
    since = moment(first_month, zone=told.reading.zone)
    bought = pl.concat([_spent(usage, first_month), _ordered(told, since), _earned(told, since)])
    months = bought.filter(pl.col("month") < this_month).join(among, on=PERSON, how="semi")
    first, last = pl.col("month").min(), pl.col("month").max()
    return months.group_by(PERSON).agg(
        pl.col(IS_DECLARED).any(),
        purchase_count=(pl.col("month").n_unique() - 1).cast(pl.Int64),
        purchase_recency_days=(last - first).dt.total_days(),
        purchase_age_days=(pl.lit(this_month) - first).dt.total_days(),
    )


def _spent(usage: pl.DataFrame, first_month: date) -> pl.DataFrame:
    """Periods of usage with spend in them, by the month in which they begin."""
    begun = usage.filter(pl.col("spend") > 0, pl.col("period_start") >= first_month)
    return begun.select(PERSON, IS_DECLARED, month=pl.col("period_start").dt.month_start())


def _ordered(told: ToldRows, since: datetime) -> pl.DataFrame:
    """Orders that were not cancelled."""
    orders = told.of("requests", "outcome", at="raised_at", since=since, equal={"kind": [ORDER]})
    stands = orders.filter(pl.col("outcome").ne_missing("cancelled"))
    return stands.select(PERSON, IS_DECLARED, month=_month(told, "raised_at"))


def _earned(told: ToldRows, since: datetime) -> pl.DataFrame:
    """Points that an activity earned."""
    lots = told.of("member_lots", "earned", at="earned_at", since=since).filter(pl.col("earned") > 0)
    return lots.select(PERSON, IS_DECLARED, month=_month(told, "earned_at"))


def _month(told: ToldRows, column: str) -> pl.Expr:
    return pl.col(column).dt.convert_time_zone(str(told.reading.zone)).dt.date().dt.month_start()
