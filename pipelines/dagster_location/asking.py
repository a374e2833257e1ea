"""Days of views as runs that are asked for: ranges of days, and the views that share a range in one run."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from hashlib import blake2s

import dagster as dg
import msgspec

from pipelines.dagster_location.day_checks import day_check_names
from pipelines.dagster_location.days import DayRange
from projections.views.view import View

RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
REFRESH, RECONCILE = "refresh_views", "reconcile"
"""The jobs: every refresh is a run of the first, every night's counting again one of the second."""


class Asked(msgspec.Struct, frozen=True, order=True):
    """One run: all of these days of all of these views."""

    days: DayRange
    views: tuple[str, ...]


def asked_together(days: Mapping[str, Collection[date]]) -> list[Asked]:
    """Every view's ranges, in order of days; views of the same range share a run."""
    views: dict[DayRange, list[str]] = {}
    for view, of_view in days.items():
        for range_ in DayRange.of(of_view):
            views.setdefault(range_, []).append(view)
    return sorted(Asked(days=range_, views=tuple(names)) for range_, names in views.items())


def days_asked(asked: Collection[Asked]) -> dict[str, set[date]]:
    """The days of each view that these runs refresh."""
    names = {view for one in asked for view in one.views}
    return {view: {day for one in asked if view in one.views for day in one.days} for view in names}


def run_request(asked: Asked, views: Iterable[View], *, at: int | str) -> dg.RunRequest:
    """The run, with the checks of its days; asking again at the same position, or tick, asks for nothing.

    Checks that count again are the night's: a refresh answers those whose rows are in hand.
    """
    names = blake2s(" ".join(asked.views).encode(), digest_size=4).hexdigest()
    return dg.RunRequest(
        run_key=f"{asked.days} of {len(asked.views)} views ({names}) at {at}",
        asset_selection=[dg.AssetKey(view) for view in asked.views],
        asset_check_keys=[
            dg.AssetCheckKey(dg.AssetKey(view.name), check)
            for view in views
            if view.name in asked.views
            for check in day_check_names(view)
        ],
        tags={RANGE_START: asked.days.first.isoformat(), RANGE_END: asked.days.last.isoformat()},
    )
