"""A day of members from the day before is the day made whole, whatever its definitions ask."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.organisation import OrganisationConfigured
from infra.stores import Store
from projections.views.churn_risk import CHURN_RISK
from projections.views.customer_360 import CUSTOMER_360
from projections.views.segments.day_views import SEGMENT_MEMBERS, SEGMENTS
from tests.effort import FACTOR
from tests.projections.logs import STREAMS, Log, Logged, logs
from tests.projections.runner.stored import empty
from tests.projections.views.spread import spread
from tests.projections.views.test_day_after_day import (
    FIRST_DAY,
    OFTEN,
    RUNS,
    assert_as_whole,
    forget_days,
    tell,
)

CONDITIONS: tuple[Any, ...] = (
    {"field": "is_customer", "is": True},
    {"field": "member_tier", "is_null": False},
    {"field": "registered_at", "in_last_days": 8},
    {"field": "churn_band", "in": ["low", "medium"]},
    {"field": "open_warnings", "at_least": 1},
    {"count": "calls", "in_last_days": 7, "at_least": 1},
    {"count": "calls", "in_last_days": 1, "none": True},
    {"count": "complaints", "in_month": "this", "at_most": 0},
    {"count": "open_complaints", "at_least": 1},
    {"count": "contacts", "in_last_days": 8, "at_least": 1},
    {"count": "contacts", "where": {"purpose": "claim"}, "at_least": 1},
    {"count": "ratings", "in_last_days": 30, "none": True},
    {"count": "contracts", "in_next_days": 7, "at_least": 1},
    {"sum": "spend", "in_last_days": 30, "at_least": 1},
    {"sum": "points_earned", "in_last_days": 8, "at_least": 1},
    {"field": "points_balance", "at_least": 1},
)
TOLD = datetime(2025, 12, 31, tzinfo=UTC)
FEWEST = 100
"""Positions left for what is told before a log."""


def saved(conditions: Sequence[Any]) -> Log:
    return [
        Logged(
            place,
            OrganisationConfigured(
                originator_id="organisation-segments",
                originator_version=place,
                occurred_at=TOLD,
                recorded_at=TOLD,
                source="test",
                kind="segment",
                name=f"s{place}",
                valid_from=date(2026, 1, 1),
                body=json.dumps({"condition": condition}),
            ),
        )
        for place, condition in enumerate(conditions, start=1)
    ]


@settings(
    deadline=None,
    derandomize=True,
    max_examples=2 * FACTOR,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    log=logs(*STREAMS, often=OFTEN).map(spread),
    days=st.tuples(st.sampled_from(RUNS), st.lists(st.integers(0, 40), min_size=3, max_size=3).map(sorted)),
    picked=st.permutations(CONDITIONS).map(lambda several: several[:6]),
)
def test_a_day_from_the_day_before_is_the_day_made_whole(
    embedded_store: Store, monkeypatch: pytest.MonkeyPatch, log: Log, days: Any, picked: Any
) -> None:
    conninfo = embedded_store.conninfo
    empty(conninfo)
    forget_days(conninfo)
    monkeypatch.setattr("projections.storage.touched.MOST_SHARE", 1_000)
    tell(conninfo, saved(picked))
    log = [Logged(FEWEST + position, event) for position, event in log]
    run, cuts = days
    bounds = [0, *cuts, len(log)]
    for offset, first, end in zip(run, bounds[:-1], bounds[1:], strict=True):
        tell(conninfo, log[first:end])
        day = FIRST_DAY + timedelta(days=offset)
        assert_as_whole(conninfo, CUSTOMER_360, CHURN_RISK, SEGMENT_MEMBERS, SEGMENTS, day=day)
