"""Key moments that facts tell by themselves: a contract about to end, a complaint open, spend falling."""

from datetime import timedelta

import polars as pl

from projections.facts.spec import MONEY
from projections.metrics.derived.customer_standing import with_classes, with_presence
from projections.metrics.persons import STREAM
from projections.views.read_once import ReadOnce
from projections.views.reading import INSTANT

ENDING_DAYS = 30
"""A contract is about to end so many local days before the day of its end."""
DAYS_SHOWN = 90
"""Moments of so many local days are shown, however they were answered."""
FALL_DAYS = 45
"""A fall of spend is news for so many days after the month: then the next month should be on record."""
MONTHS_BEFORE = 3
FALLEN_TO = 0.75
"""Spend has fallen where a month brings less than this of the mean of the three months before."""
USAGE_DAYS = FALL_DAYS + 31 * (MONTHS_BEFORE + 1)
"""Usage is looked at that began within so many days, the view's own among them."""

MONTH = pl.col("period_start").dt.month_start()

MOMENT = {
    "customer": pl.String(),
    "subject": pl.String(),
    "kind": pl.String(),
    "warned_at": INSTANT,
    "due_at": INSTANT,
    "unit": pl.String(),
    "agent_id": pl.String(),
    "tier": pl.String(),
    "settled_at": INSTANT,
}


def key_moments(reading: ReadOnce) -> pl.DataFrame:
    """All of them, with the columns of MOMENT; `settled_at`: when it was over without anybody's doing."""
    found = [endings(reading), open_complaints(reading), falls(reading)]
    return pl.concat([one.select(pl.col(name).cast(kind) for name, kind in MOMENT.items()) for one in found])


def endings(reading: ReadOnce) -> pl.DataFrame:
    """Contracts that end within 30 days, or did lately: to be seen to by the end; settled by the next one."""
    view, zone = reading.reading, reading.zone.key
    until = view.begin_of(view.day + timedelta(days=ENDING_DAYS + 1))
    since = view.days_before(DAYS_SHOWN - ENDING_DAYS)
    columns = ("signed_at", "ends_at", "ended_at", "unit", "agent_id", "tier")
    ending = reading.facts(
        "contracts", envelope=False, columns=columns, time=("ends_at", since, until)
    ).with_columns(warned_at=pl.max_horizontal("signed_at", _days_before("ends_at", ENDING_DAYS, zone=zone)))
    live = ending.filter(
        pl.col("signed_at").is_not_null(),
        pl.col("ended_at").is_null() | (pl.col("ended_at") >= pl.col("warned_at")),
    )
    return _renewed(reading, live).with_columns(
        subject=pl.col("contract_id"), kind=pl.lit("contract_ending"), due_at="ends_at"
    )


def _days_before(column: str, days: int, *, zone: str) -> pl.Expr:
    """The beginning of the local day so many days before that of a moment."""
    local = pl.col(column).dt.convert_time_zone(zone).dt.truncate("1d").dt.offset_by(f"-{days}d")
    return local.dt.convert_time_zone("UTC")


def _renewed(reading: ReadOnce, ending: pl.DataFrame) -> pl.DataFrame:
    """Add when another contract was first signed after the warning."""
    view = reading.reading
    signed = reading.facts(
        "contracts",
        envelope=False,
        columns=("signed_at",),
        time=("signed_at", view.days_before(DAYS_SHOWN), None),
    ).select("customer", another="contract_id", settled_at="signed_at")
    met = ending.select("customer", "contract_id", "warned_at").join(signed, on="customer")
    others = met.filter(
        pl.col("another") != pl.col("contract_id"), pl.col("settled_at") >= pl.col("warned_at")
    )
    first = others.group_by("customer", "contract_id").agg(pl.col("settled_at").min())
    return ending.join(first, on=["customer", "contract_id"], how="left")


def open_complaints(reading: ReadOnce) -> pl.DataFrame:
    """Complaints of somebody known that are not closed, by the time when they were filed."""
    columns = ("customer_id", "filed_at", "due_at", "unit", "agent_id", "tier")
    told = reading.facts("complaints", envelope=False, columns=columns, equal={"closed_at": [None]})
    return told.filter(pl.col("customer_id").is_not_null(), pl.col("filed_at").is_not_null()).with_columns(
        customer=STREAM + pl.col("customer_id"),
        subject=pl.col("complaint"),
        kind=pl.lit("complaint_open"),
        warned_at="filed_at",
        settled_at=pl.lit(None, INSTANT),
    )


def falls(reading: ReadOnce) -> pl.DataFrame:
    """Customers of a population whose last month on record brought less than the months before it."""
    view = reading.reading
    over = view.day + timedelta(days=1)
    usage = reading.facts(
        "usage_months",
        envelope=False,
        columns=("period_end", "spend", "unit", "tier"),
        time=("period_start", over - timedelta(days=USAGE_DAYS), over),
    ).filter(pl.col("period_end") <= over, pl.col("spend").is_not_null())
    recent = usage.filter(pl.col("period_end") >= over - timedelta(days=FALL_DAYS))
    mine = _of_a_population(reading, recent)
    news, usage = (rows.join(mine, on="customer", how="semi") for rows in (recent, usage))
    latest = news.group_by("customer").agg(pl.col("period_start").max())
    last = news.join(latest, on=["customer", "period_start"], how="semi").with_columns(month=MONTH)
    mean = pl.col("before").cast(pl.Float64) / MONTHS_BEFORE
    fallen = last.join(_before(usage, last["month"].unique()), on=["customer", "month"]).filter(
        pl.col("spend").cast(pl.Float64) < FALLEN_TO * mean
    )
    begun = pl.col("period_end").cast(pl.Datetime("us")).dt.replace_time_zone(view.zone.key)
    return fallen.with_columns(
        subject=pl.col("period_start").cast(pl.String),
        kind=pl.lit("usage_falling"),
        warned_at=begun.dt.convert_time_zone("UTC"),
        due_at=pl.lit(None, INSTANT),
        agent_id=pl.lit(None, pl.String),
        settled_at=pl.lit(None, INSTANT),
    )


def _before(usage: pl.DataFrame, months: pl.Series) -> pl.DataFrame:
    """[customer, month, before]: what the three months before each month brought, where all are on record."""
    found = [pl.DataFrame(schema={"customer": pl.String, "month": pl.Date, "before": MONEY})]
    for month in months:
        firsts = [pl.lit(month).dt.offset_by(f"-{number}mo") for number in range(1, MONTHS_BEFORE + 1)]
        mine = usage.select("customer", "spend", month=MONTH).filter(
            pl.any_horizontal(pl.col("month") == first for first in firsts)
        )
        summed = mine.group_by("customer").agg(
            pl.all_horizontal((pl.col("month") == first).any() for first in firsts).alias("is_whole"),
            before=pl.col("spend").sum().cast(MONEY),
        )
        found.append(summed.filter("is_whole").select("customer", month=pl.lit(month), before="before"))
    return pl.concat(found)


def _of_a_population(reading: ReadOnce, usage: pl.DataFrame) -> pl.DataFrame:
    """[customer] of those with usage who are here, and in a population, at the day's end."""
    view = reading.reading
    asked = usage.select(pl.col("customer").unique()).with_columns(
        moment=pl.lit(view.begin_of(view.day + timedelta(days=1)), INSTANT)
    )
    here = with_presence(reading, asked).filter("is_here")
    return with_classes(reading, here).filter(pl.col("population").is_not_null()).select("customer")
