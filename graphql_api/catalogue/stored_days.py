"""How far each dataset has come: facts by their positions, views by the days that are stored of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import strawberry

from graphql_api.scalars import BigInt
from graphql_api.told import told
from projections.facts import SPECS
from projections.storage.days_of_views import days_of_views
from projections.storage.reader import StoredFacts
from projections.views import VIEWS

TICK = timedelta(microseconds=1)


@strawberry.type(description="The days that are stored of a view.")
class StoredDays:
    first: date = told("The first stored day.")
    last: date = told("The last stored day.")
    count: BigInt = told("How many days are stored.")
    stale: bool = told("Whether a later day is over, and not stored yet.")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """By the names of datasets: the position they are told up to, and the days stored of views."""

    positions: Mapping[str, int]
    days: Mapping[str, StoredDays]


def standing_of(facts: StoredFacts, *, now: datetime) -> Standing:
    """A view is told up to the lowest position of its facts."""
    reached = {name: facts.position(name) for name in SPECS}
    lowest = {view.name: min(map(facts.position, view.all_facts)) for view in VIEWS}
    over = (now.astimezone(ZoneInfo(facts.zone)) - TICK).date() - timedelta(days=1)
    return Standing(positions={**reached, **lowest}, days=_days(facts, over=over))


def _days(facts: StoredFacts, *, over: date) -> dict[str, StoredDays]:
    return {
        row["view"]: StoredDays(
            first=row["first"], last=row["last"], count=BigInt(row["count"]), stale=row["last"] < over
        )
        for row in days_of_views(facts.database, VIEWS).iter_rows(named=True)
    }
