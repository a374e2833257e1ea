"""Who qualified on the snapshot day, a period's first: if they still do at its end, and what they spend."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from projections.facts.spec import MONEY
from projections.metrics.derived.customer_standing import standing, with_classes
from projections.metrics.derived.derived import Derived, Reading
from projections.metrics.derived.spans import ENVELOPE_COLUMNS, INSTANT, begun_spans

UNITS_OF_MONEY = 10_000
"""Amounts have four places."""


def cohort_members(reading: Reading) -> pl.DataFrame:
    """One row per period and customer of a population at its beginning.

    `spend_now` is that of the period's last calendar month, `base_spend` the mean of a month of the year
    before the period, rounded down to four places; null without usage recorded.
    """
    spans = begun_spans(reading)
    began = with_classes(reading, standing(reading, spans["period_start"].to_list()))
    cohort = (
        began.filter(pl.col("population").is_not_null())
        .rename({"moment": "period_start"})
        .join(spans.drop("at"), on="period_start")
    )
    here_then = standing(reading, spans["period_end"].to_list()).join(cohort, on="customer", how="semi")
    ended = with_classes(reading, here_then)
    kept = ended.select("customer", period_end="moment", population_then="population")
    qualifying = cohort.join(kept, on=["customer", "period_end"], how="left").with_columns(
        still_qualifies=pl.col("population").eq_missing(pl.col("population_then")), at=pl.col("period_start")
    )
    return _with_spend(reading, qualifying, spans).select(*KEYS, *SCHEMA, *ENVELOPE_COLUMNS)


def _with_spend(reading: Reading, cohort: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """Add spend_now and base_spend, from usage recorded for whole stretches within the month and the year."""
    bounds = spans.select("period_start", "period_end").rows()
    windows = [_windows(start, end, zone=reading.zone) for start, end in bounds]
    schema = dict.fromkeys(("base_from", "base_until", "now_from", "now_until"), pl.Date())
    asked = pl.DataFrame(windows, schema=schema, orient="row").hstack(spans.drop("at"))
    usage = _usage(reading, [one for base, until, *now in windows for one in ((base, until), tuple(now))])
    met = usage.join(cohort, on="customer", how="semi").join(asked, how="cross")
    units = (pl.col("spend") * UNITS_OF_MONEY).cast(pl.Int64)
    in_base = (pl.col("used_from") >= pl.col("base_from")) & (pl.col("used_until") <= pl.col("base_until"))
    in_now = (pl.col("used_from") >= pl.col("now_from")) & (pl.col("used_until") <= pl.col("now_until"))
    spent = (
        met.filter(in_base | in_now)
        .group_by("customer", "period_start")
        .agg(
            spend_now=pl.col("spend").filter(in_now).sum(),
            base_units=units.filter(in_base).sum(),
            base_months=_months("used_from", "used_until").filter(in_base).sum(),
        )
        .with_columns(base_units=pl.col("base_units") // pl.col("base_months").replace(0, None))
        .with_columns(base_spend=pl.col("base_units").cast(MONEY) / UNITS_OF_MONEY)
    )
    return cohort.join(
        spent.select("customer", "period_start", "spend_now", "base_spend"),
        on=["customer", "period_start"],
        how="left",
    )


def _usage(reading: Reading, windows: Sequence[tuple[date, ...]]) -> pl.DataFrame:
    """[customer, spend, used_from, used_until] of usage that begins within the windows."""
    read = [
        reading.facts(
            "usage_months",
            envelope=False,
            columns=("period_end", "spend"),
            time=("period_start", since, until),
        )
        for since, until in _stretches(windows) or [(date.max, date.min)]
    ]
    return pl.concat(read).select("customer", "spend", used_from="period_start", used_until="period_end")


def _stretches(windows: Sequence[tuple[date, ...]]) -> list[tuple[date, date]]:
    """What the windows cover together, each day once."""
    found: list[tuple[date, date]] = []
    for since, until in sorted(windows):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(until, found[-1][1]))
        else:
            found.append((since, until))
    return found


def _windows(start: datetime, end: datetime, *, zone: ZoneInfo) -> tuple[date, date, date, date]:
    """The year before the period, and the calendar month that its end closes, in local days."""
    first = start.astimezone(zone).date()
    last = (end - timedelta(microseconds=1)).astimezone(zone).date()
    is_leap_day = (first.month, first.day) == (2, 29)
    year_before = first.replace(year=first.year - 1, day=28 if is_leap_day else first.day)
    return year_before, first, last.replace(day=1), last + timedelta(days=1)


def _months(start: str, end: str) -> pl.Expr:
    """How many calendar months a stretch of usage covers, one at least."""
    years = pl.col(end).dt.year() - pl.col(start).dt.year()
    months = pl.col(end).dt.month().cast(pl.Int64) - pl.col(start).dt.month().cast(pl.Int64)
    return (years.cast(pl.Int64) * 12 + months).clip(lower_bound=1)


KEYS = ("customer", "period_start", "period_end")
SCHEMA = {
    "customer_id": pl.String(),
    "unit": pl.String(),
    "tier": pl.String(),
    "value": pl.String(),
    "population": pl.String(),
    "still_qualifies": pl.Boolean(),
    "spend_now": MONEY,
    "base_spend": MONEY,
    "at": INSTANT,
}

COHORT_MEMBERS = Derived(
    name="cohort_members",
    reads=("customers", "churns", "customer_classes", "organisation_rules", "usage_months"),
    keys=KEYS,
    schema=SCHEMA,
    rows=cohort_members,
)
