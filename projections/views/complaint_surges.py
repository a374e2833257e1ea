"""Units and categories with more complaints than the same weekday of the 8 weeks before lets one expect.

The day's part that is over is compared with the same part, by the clock on the wall, of the days before: the
same function serves a day partition, which is a whole day, and the day that is still running.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import polars as pl

from projections.metrics.question import Question
from projections.views.reading import ViewReading
from projections.views.rules_of_the_day import process_owners
from projections.views.surge_test import chance, dispersion, is_surge
from projections.views.view import Figure, Reconciliation, View

WEEKS = 8
GROUP = ("unit", "category")


@dataclass(frozen=True, kw_only=True)
class ComplaintSurge:
    """Complaints of one unit and category filed on the view's day, and whether they are a surge.

    Days before the first complaint of these weeks are no zeros and are left out.
    """

    unit: str | None
    """The unit that they were filed about, as an id without `unit-`."""
    category: str | None
    process_owner: str | None
    """The unit that owns the category that day, by the process owner table; null: none named."""
    complaints: int
    """Complaints filed on the day."""
    weeks: int
    """In how many weeks before the same weekday is counted."""
    before: str
    """The counts of these days, newest first, comma-joined."""
    expected: float | None
    """The mean of these counts; null where there are none."""
    dispersion: float
    """By how much they vary beyond chance: 1 is chance alone."""
    chance: float | None
    """How likely so many complaints or more are, from 0 to 1; null where nothing is expected."""
    is_surge: bool
    """Whether that is less likely than 0.001, and there are at least 5."""


def surges_now(reading: ViewReading) -> pl.DataFrame:
    """The view's rows of the reading's day as far as it has come: each unit and category, surge or not.

    What was recorded late is missing of today and not of the weeks before: a surge may be seen late, never
    too early.
    """
    return COMPLAINT_SURGES.made(reading)


def complaint_surges(reading: ViewReading) -> pl.DataFrame:
    """One row per unit and category with complaints on the reading's day."""
    parts = [_part(reading, weeks_ago) for weeks_ago in range(WEEKS + 1)]
    filed = reading.facts(
        "complaints", columns=("unit", "category", "filed_at"), time=("filed_at", parts[-1][0], parts[0][1])
    )
    first = filed["filed_at"].min()
    weeks = sum(until > first for _, until in parts[1:]) if isinstance(first, datetime) else 0
    counted = _counted(filed, parts, weeks=weeks)
    tested = counted.with_columns(dispersion=dispersion("before"), observed="complaints")
    return (
        tested.with_columns(chance=chance(tested))
        .with_columns(
            is_surge=is_surge(),
            weeks=pl.lit(weeks),
            expected=pl.col("before").list.mean(),
            before=pl.col("before").cast(pl.List(pl.String)).list.join(","),
        )
        .join(process_owners(reading), left_on="category", right_on="process", how="left")
    )


def _part(reading: ViewReading, weeks_ago: int) -> tuple[datetime, datetime]:
    """The part of the day so many weeks ago that ends at the reading's time of day."""
    day = reading.day - timedelta(weeks=weeks_ago)
    if reading.reference == reading.begin_of(reading.day + timedelta(days=1)):
        return reading.begin_of(day), reading.begin_of(day + timedelta(days=1))
    at = reading.reference.astimezone(reading.zone).time()
    return reading.begin_of(day), datetime.combine(day, at, tzinfo=reading.zone).astimezone(UTC)


def _counted(filed: pl.DataFrame, parts: list[tuple[datetime, datetime]], *, weeks: int) -> pl.DataFrame:
    """[unit, category, complaints, before]: `before` lists the counts of the weeks that count."""
    within = [pl.col("filed_at").is_between(start, end, closed="left").sum() for start, end in parts]
    before = pl.concat_list(within[1 : weeks + 1]) if weeks else pl.lit([], dtype=pl.List(pl.Int64))
    counts = filed.group_by(GROUP).agg(complaints=within[0], before=before)
    return counts.filter(pl.col("complaints") > 0)


def surges_of_the_day(rows: pl.DataFrame, _: date) -> float:
    """How many units and categories have a surge."""
    return float(rows["is_surge"].sum())


def counted_otherwise(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """[unit, category, complaints, counted] where the metric counts otherwise on the day."""
    day = reading.day
    told = reading.ask(
        Question(metric="complaints", start=day, end=day + timedelta(days=1), by=GROUP, definition="count")
    )
    counts = [(one.by["unit"], one.by["category"], one.numerator) for one in told]
    schema = {"unit": pl.String, "category": pl.String, "counted": pl.Int64}
    metric = pl.DataFrame(counts, schema=schema, orient="row")
    both = rows.select(*GROUP, "complaints").join(
        metric, on=GROUP, how="full", nulls_equal=True, coalesce=True
    )
    return both.with_columns(pl.col("complaints", "counted").fill_null(0)).filter(
        pl.col("complaints") != pl.col("counted")
    )


COMPLAINT_SURGES = View(
    name="complaint_surges",
    version=1,
    row=ComplaintSurge,
    keys=GROUP,
    facts=("complaints", "organisation_rules"),
    make=complaint_surges,
    name_en="complaint surges",
    name_zh="投诉激增",
    figure=Figure(name="surges", value=surges_of_the_day, lowest=0.0),
    ranges={
        "complaints_of_the_day": pl.col("complaints") > 0,
        "chance_between_0_and_1": pl.col("chance").is_between(0, 1),
        "at_most_eight_weeks": pl.col("weeks").is_between(0, WEEKS),
        "dispersion_at_least_1": pl.col("dispersion") >= 1,
    },
    reconciliations=(
        Reconciliation(
            name="complaints",
            meaning="the complaints of the day are those that the metric counts, by unit and category",
            differences=counted_otherwise,
        ),
    ),
)
