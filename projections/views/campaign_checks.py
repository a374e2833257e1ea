"""What the view of campaigns must have in common with the metrics over the same assignments."""

from collections.abc import Callable
from datetime import date, timedelta

import polars as pl

from domain.campaign.arms import CONTROL
from projections.metrics.derived.campaign_outcomes import WINDOW
from projections.metrics.question import Question
from projections.views.against_metrics import against_denominators, against_numerators
from projections.views.reading import ViewReading
from projections.views.view import Reconciliation

TREATED = pl.col("arm").ne(CONTROL)
EVERYBODY = pl.lit(value=True)
COUNTED = (
    ("responses", "campaign_response_rate", "treated", "responded", TREATED),
    ("responses_of_all", "campaign_response_rate", "assigned", "responded", EVERYBODY),
    ("complaints", "campaign_complaint_rate", "share", "complaints", EVERYBODY),
)
"""What is reconciled: its name, the metric and its definition, the column above `judged`, in which arms."""
Differences = Callable[[ViewReading, pl.DataFrame], pl.DataFrame]


def both_sides(metric: str, definition: str, *, part: str, among: pl.Expr) -> Differences:
    """Compare both sides of a metric by campaign."""

    def differences(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
        told = comparable(reading, rows)
        if told.is_empty():
            return told
        question = _question(reading, told, metric, definition)
        mine = told.filter(among)
        return pl.concat(
            [
                against_numerators(reading, _summed(mine, part), question),
                against_denominators(reading, _summed(mine, "judged"), question),
            ]
        )

    return differences


def kept_against_control(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """Kept of all treated arms together less kept of the control groups, as `campaign_uplift` has it."""
    told = comparable(reading, rows)
    if told.is_empty():
        return told
    question = _question(reading, told, "campaign_uplift", "points")
    points = {one.by["campaign_id"]: one.value for one in reading.ask(question)}
    counted = told.group_by("campaign_id").agg(_kept(TREATED) - _kept(~TREATED))
    met = counted.with_columns(
        in_metric=pl.col("campaign_id").replace_strict(points, default=None, return_dtype=pl.Float64)
    )
    is_same = pl.col("in_view").eq_missing(pl.col("in_metric")) | (
        (pl.col("in_view") - pl.col("in_metric")).abs() < LEAST_POINTS
    )
    return met.filter(~is_same.fill_null(value=False))


LEAST_POINTS = 1e-9


def _kept(arms: pl.Expr) -> pl.Expr:
    judged = pl.col("judged").filter(arms).sum()
    share = pl.when(judged > 0).then(100 * pl.col("kept").filter(arms).sum() / judged)
    return share.alias("in_view")


def comparable(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """Campaigns that the metric judges as the view does: it waits for 90 days where a window is shorter."""
    ripe_until = reading.begin_of(reading.day + timedelta(days=1)) - WINDOW
    last = ripe_until.astimezone(reading.zone).date()
    waits = pl.col("window_days") < WINDOW.days
    is_young = (waits & (pl.col("last_assigned_on") >= last)).any().over("campaign_id")
    return rows.filter(~is_young)


def _question(reading: ViewReading, rows: pl.DataFrame, metric: str, definition: str) -> Question:
    start: date = rows["first_assigned_on"].min()  # type: ignore[assignment]
    return Question(
        metric=metric,
        definition=definition,
        start=start,
        end=reading.day + timedelta(days=1),
        by=("campaign_id",),
        where={"campaign_id": rows["campaign_id"].unique().sort().to_list()},
    )


def _summed(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    return rows.group_by("campaign_id").agg(in_view=pl.col(column).sum())


RECONCILIATIONS = (
    *(
        Reconciliation(
            name=name,
            meaning=f"{part} and judged = both sides of {metric}.{definition}, by campaign",
            differences=both_sides(metric, definition, part=part, among=among),
        )
        for name, metric, definition, part, among in COUNTED
    ),
    Reconciliation(
        name="uplift",
        meaning="kept of all treated less kept of the control group = campaign_uplift.points, by campaign",
        differences=kept_against_control,
    ),
)
