"""Two views of rated days, one made of the other; runs over their days, and what must hold of them after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import dagster as dg
import polars as pl
from polars.testing import assert_frame_equal

from infra.stores import Store
from pipelines.dagster_location.asking import REFRESH, Asked, run_request
from pipelines.dagster_location.days import Calendar, DayRange
from pipelines.dagster_location.definitions import definitions_over
from projections.storage.database import open_database
from projections.storage.reader import stored_facts
from projections.storage.view_tables import read_view, stored_days
from projections.views.customer_360 import CUSTOMER_360
from projections.views.reading import ViewReading
from projections.views.refresh import day_end
from projections.views.satisfaction_scores import SATISFACTION_SCORES
from projections.views.view import Figure, Reconciliation, View
from tests.pipelines.dagster_location.given import NOW

CHINA = Calendar(zone="Asia/Shanghai", first_day=date(2026, 3, 1))
DAYS = DayRange(date(2026, 3, 1), date(2026, 3, 10))


@dataclass(frozen=True, kw_only=True)
class RatedMonth:
    """How many ratings a month has."""

    month: date
    ratings: int


def rated_months(reading: ViewReading) -> pl.DataFrame:
    """Counted from the other view's rows."""
    return reading.view(SATISFACTION_SCORES).group_by("month").agg(pl.col("ratings").sum())


def counted_again(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """The two counts where they differ."""
    return rows.join(rated_months(reading), on=["month", "ratings"], how="anti")


RATED_MONTHS = View(
    name="rated_months",
    version=1,
    row=RatedMonth,
    keys=("month",),
    facts=(),
    make=rated_months,
    name_en="rated months",
    name_zh="评价月",
    views=(SATISFACTION_SCORES,),
    figure=Figure(name="ratings", value=lambda rows, _: float(rows["ratings"].sum()), lowest=0.0),
    ranges={"fewer_than_28_ratings": pl.col("ratings") < 28},
    reconciliations=(
        Reconciliation(
            name="ratings_equal_scores", meaning="The scores' ratings.", differences=counted_again
        ),
    ),
)
TWO_VIEWS = (RATED_MONTHS, SATISFACTION_SCORES)
"""One reads the other, and stands before it."""
THREE_VIEWS = (*TWO_VIEWS, CUSTOMER_360)
"""The third is made from its day before."""


def definitions_of(store: Store, *, views: Sequence[View] = TWO_VIEWS, now: datetime = NOW) -> dg.Definitions:
    return definitions_over(store.settings, calendar=CHINA, clock=lambda: now, views=views)


def refreshed(
    store: Store, days: DayRange, *, instance: dg.DagsterInstance, views: Sequence[View] = TWO_VIEWS
) -> dg.ExecuteInProcessResult:
    """A run over the days, as it is asked for."""
    return run(store, request_for(days, views), instance=instance, views=views)


def request_for(days: DayRange, views: Sequence[View]) -> dg.RunRequest:
    """What a sensor or the night would ask for."""
    return run_request(Asked(days=days, views=tuple(view.name for view in views)), views, at=0)


def run(
    store: Store, request: dg.RunRequest, *, instance: dg.DagsterInstance, views: Sequence[View] = TWO_VIEWS
) -> dg.ExecuteInProcessResult:
    """The run that was asked for, in this process."""
    job = definitions_of(store, views=views).resolve_job_def(REFRESH)
    chosen = job.get_subset(
        asset_selection=set(request.asset_selection or ()),
        asset_check_selection=set(request.asset_check_keys or ()),
    )
    return chosen.execute_in_process(instance=instance, tags=request.tags, raise_on_error=False)


def passed(result: dg.ExecuteInProcessResult, check: str, *, view: View = SATISFACTION_SCORES) -> bool:
    """Whether the check of that name passed in a run."""
    found: dict[Any, bool] = {
        (one.asset_key.to_user_string(), one.check_name): one.passed
        for one in result.get_asset_check_evaluations()
    }
    return found[view.name, check]


def days_kept(store: Store, view: View = SATISFACTION_SCORES) -> list[date]:
    """The days of a view that are stored."""
    with open_database(store.conninfo) as database:
        found: list[date] = stored_days(database, view)["day"].to_list()
    return found


def assert_each_day_is_there_once(store: Store, days: DayRange, *, views: Sequence[View] = TWO_VIEWS) -> None:
    """Every day of the views holds what the facts give for its end, and each day was noted once."""
    with stored_facts(store.conninfo) as facts, open_database(store.conninfo) as database:
        for view in views:
            assert stored_days(database, view)["day"].to_list() == list(days)
            for day in days:
                ends, stored = day_end(day, zone=facts.zone), read_view(database, view, day)
                assert stored is not None
                assert_frame_equal(stored, view.rows(facts, now=NOW, as_of=ends, known_at=ends))
