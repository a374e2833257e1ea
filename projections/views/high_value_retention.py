"""Whether customers of middle and high value stay: this year's snapshot, what it spends, bundles, managers.

The snapshot (拍照) is taken as the day's calendar year begins. Who belongs to a population, who still does
and what is held is judged by the derived facts behind the metrics `cohort_retention` and `bundle_rate`.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from projections.views.high_value_checks import RECONCILIATIONS, snapshot_day
from projections.views.looking_after import managers_of
from projections.views.month_spend import latest_spend
from projections.views.read_once import ReadOnce, reading_once
from projections.views.reading import ViewReading
from projections.views.view import Figure, View

GROUP = ("population", "value", "tier", "unit", "manager_a")


@dataclass(frozen=True, kw_only=True)
class HighValueRetention:
    """One group of customers of a population, by value, tier, unit and who looks after them now.

    Of the snapshot, which stands in the group of the value held then, some are kept, some left the
    organisation, and the others are here and no longer qualify. Customers of today stand in the group of the
    value held now.
    """

    population: str
    """The population, by its name in the organisation's rules."""
    value: str | None
    """The class in the population's scheme."""
    tier: str | None
    unit: str | None
    """The unit now, as an id without `unit-`."""
    manager_a: str | None
    """Who looks after them as manager A now; null: nobody."""
    snapshot_on: date
    """The local day of the snapshot (拍照)."""
    cohort: int
    """Who was in the population at the snapshot."""
    kept: int
    """Those of the cohort who are in the population at the day's end."""
    left: int
    """Those of the cohort who have left the organisation."""
    retention_rate: float | None
    """kept / cohort (拍照保有率); null without a cohort."""
    with_base: int
    """Those of the cohort whose spend of the year before is on record."""
    base_spend: Decimal
    """What a month of the year before the snapshot brought in from these."""
    revenue_month: date | None
    """The last month of which usage is on record; null where it is not one of the last two."""
    spend_now: Decimal | None
    """What these spent in that month; null without one."""
    revenue_rate: float | None
    """spend_now / base_spend; null without a month or a base."""
    customers: int
    """Who is in the population at the day's end."""
    hard: int
    """Of these, with a hard bundle (硬捆绑): a handset or term contract."""
    soft: int
    """Of these, with a soft bundle (软捆绑): a package or benefit."""
    bundled: int
    """Of these, with either (总体捆绑)."""
    deep: int | None
    """Of these, with the deep bundle as the rule `bundle` named `deep` defines it; null without that rule."""
    hard_rate: float | None
    """hard / customers; null without customers."""
    soft_rate: float | None
    """soft / customers; null without customers."""
    total_rate: float | None
    """bundled / customers; null without customers."""
    deep_rate: float | None
    """deep / customers; null without customers, or without the rule."""
    with_manager_a: int
    """Of these, with a manager A."""
    with_manager_b: int
    """Of these, with a manager B."""
    with_both: int
    """Of these, with both (AB角)."""
    both_managers_rate: float | None
    """with_both / customers; null without customers."""


def high_value_retention(reading: ViewReading) -> pl.DataFrame:
    """One row per group with somebody in the snapshot, or in a population now."""
    managers = managers_of(reading)
    this_year = reading_once(
        reading, (reading.begin_of(snapshot_day(reading)), reading.begin_of(reading.day + timedelta(days=1)))
    )
    holding = this_year.derived("customer_bundles")
    month, spent = latest_spend(reading)
    cohort = _cohort(this_year, holding, spent).join(managers, on="customer", how="left")
    now = holding.filter(pl.col("population").is_not_null()).join(managers, on="customer", how="left")
    met = _kept(cohort).join(_held(now), on=GROUP, how="full", coalesce=True, nulls_equal=True)
    counts = pl.col("cohort", "kept", "left", "with_base", "base_spend", *HELD).fill_null(0)
    return met.with_columns(
        counts,
        spend_now=pl.when(pl.lit(month is not None)).then(pl.col("spend_now").fill_null(0)),
        deep=_where_ruled(met, pl.col("deep").fill_null(0)),
        snapshot_on=pl.lit(snapshot_day(reading)),
        revenue_month=pl.lit(month, pl.Date),
    ).with_columns(
        retention_rate=_share("kept", "cohort"),
        revenue_rate=_share("spend_now", "base_spend"),
        hard_rate=_share("hard", "customers"),
        soft_rate=_share("soft", "customers"),
        total_rate=_share("bundled", "customers"),
        deep_rate=_share("deep", "customers"),
        both_managers_rate=_share("with_both", "customers"),
    )


def _cohort(this_year: ReadOnce, holding: pl.DataFrame, spent: pl.DataFrame) -> pl.DataFrame:
    """The snapshot with who is still here, and what they spent in the revenue's month."""
    members = this_year.derived("cohort_members").select(
        "customer", *GROUP[:-1], "still_qualifies", "base_spend"
    )
    here = holding.select("customer", is_here=True)
    return members.join(here, on="customer", how="left").join(spent, on="customer", how="left")


def _kept(cohort: pl.DataFrame) -> pl.DataFrame:
    has_base = pl.col("base_spend").is_not_null()
    return cohort.group_by(GROUP).agg(
        cohort=pl.len().cast(pl.Int64),
        kept=pl.col("still_qualifies").sum().cast(pl.Int64),
        left=pl.col("is_here").is_null().sum().cast(pl.Int64),
        with_base=has_base.sum().cast(pl.Int64),
        base_spend=pl.col("base_spend").sum(),
        spend_now=pl.col("spent").filter(has_base).sum(),
    )


HELD = ("customers", "hard", "soft", "bundled", "with_manager_a", "with_manager_b", "with_both")


def _held(now: pl.DataFrame) -> pl.DataFrame:
    has_a, has_b = pl.col("manager_a").is_not_null(), pl.col("manager_b").is_not_null()
    counted = {
        "hard": pl.col("holds_hard"),
        "soft": pl.col("holds_soft"),
        "bundled": pl.col("holds_hard") | pl.col("holds_soft"),
        "with_manager_a": has_a,
        "with_manager_b": has_b,
        "with_both": has_a & has_b,
    }
    return now.group_by(GROUP).agg(
        customers=pl.len().cast(pl.Int64),
        deep=pl.when(pl.col("is_deep").count() > 0).then(pl.col("is_deep").sum().cast(pl.Int64)),
        **{name: holds.sum().cast(pl.Int64) for name, holds in counted.items()},
    )


def _where_ruled(met: pl.DataFrame, deep: pl.Expr) -> pl.Expr:
    """Of nobody here, none is deep where the rule is there: null says that nobody said what deep is."""
    return pl.when(pl.lit(met["deep"].count() > 0)).then(deep)


def _share(part: str, whole: str) -> pl.Expr:
    return pl.when(pl.col(whole) > 0).then(pl.col(part).cast(pl.Float64) / pl.col(whole).cast(pl.Float64))


def retention_of_the_snapshot(rows: pl.DataFrame, _: date) -> float | None:
    """Kept of the snapshot over all populations; null without one."""
    cohort = int(rows["cohort"].sum())
    return int(rows["kept"].sum()) / cohort if cohort else None


HIGH_VALUE_RETENTION = View(
    name="high_value_retention",
    version=1,
    row=HighValueRetention,
    keys=GROUP,
    time="snapshot_on",
    facts=(
        "customers",
        "churns",
        "customer_classes",
        "contracts",
        "usage_months",
        "manager_assignments",
        "organisation_rules",
    ),
    make=high_value_retention,
    name_en="retention of mid- and high-value customers",
    name_zh="中高端客户保有",
    figure=Figure(name="retention_of_the_snapshot", value=retention_of_the_snapshot, lowest=0.0, highest=1.0),
    ranges={
        "kept_and_left_within_the_snapshot": pl.col("kept") + pl.col("left") <= pl.col("cohort"),
        "either_bundle": pl.col("bundled").is_between(
            pl.max_horizontal("hard", "soft"), pl.min_horizontal("customers", pl.col("hard") + pl.col("soft"))
        ),
        "deep_at_most_customers": pl.col("deep").is_null() | (pl.col("deep") <= pl.col("customers")),
        "with_both_at_most_either": pl.col("with_both")
        <= pl.min_horizontal("with_manager_a", "with_manager_b"),
    },
    reconciliations=RECONCILIATIONS,
)
