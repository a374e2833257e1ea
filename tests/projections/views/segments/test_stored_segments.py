"""Stored days of segments are the intervals of what was known at their ends, late and voided events too."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from domain.complaint import ComplaintFiled
from domain.customer import CustomerClassified, CustomerRegistered
from domain.envelope import Event
from domain.event import EventVoided
from domain.organisation import OrganisationConfigured
from infra.stores import Store
from projections.storage.database import open_database
from projections.storage.reader import stored_facts
from projections.storage.view_tables import read_view
from projections.storage.views import refresh_view
from projections.views.churn_risk import CHURN_RISK
from projections.views.reading import TICK, ViewReading
from projections.views.refresh import day_end
from projections.views.segments.day_views import SEGMENT_MEMBERS, SEGMENTS
from projections.views.segments.memberships import memberships
from tests.projections.logs import Logged
from tests.projections.runner.stored import project_in_batches, put

NOW = datetime(2024, 6, 1, tzinfo=UTC)
DAYS = [date(2024, 3, 10) + timedelta(days=number) for number in range(5)]
DEFINITIONS: dict[str, Any] = {
    "complains": {"count": "complaints", "in_last_days": 2, "at_least": 1},
    "content": {"not": {"segment": "complains"}},
    "scored": {"field": "churn_band", "in": ["low", "medium", "high"]},
    "circle": {"segment": "circle"},
}


def noon(day: date) -> datetime:
    """Noon in Shanghai."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def told(stream: str, version: int, at: datetime, recorded_at: datetime | None = None) -> dict[str, Any]:
    return {
        "originator_id": stream,
        "originator_version": version,
        "occurred_at": at,
        "recorded_at": recorded_at or at,
        "source": "test",
    }


def filed(number: int, at: datetime, recorded_at: datetime | None = None) -> ComplaintFiled:
    return ComplaintFiled(
        **told(f"complaint-t:{number}", 1, at, recorded_at),
        customer_id="t:1",
        kind="external",
        channel="phone",
        category="billing",
    )


def rules() -> list[Event]:
    return [
        OrganisationConfigured(
            **told("organisation", version, noon(date(2024, 1, 1))),
            kind="segment",
            name=name,
            valid_from=date(2024, 1, 1),
            body=json.dumps({"condition": condition}),
        )
        for version, (name, condition) in enumerate(DEFINITIONS.items(), start=1)
    ]


def events() -> list[Event]:
    """A complaint on the 10th told on the 12th, and one of the 13th taken back on the 14th."""
    return [
        *rules(),
        CustomerRegistered(**told("customer-t:1", 1, noon(date(2024, 3, 1)))),
        CustomerClassified(**told("customer-t:1", 2, noon(date(2024, 3, 2))), scheme="value", value="gold"),
        filed(1, noon(DAYS[0]), noon(DAYS[2])),
        filed(2, noon(DAYS[3])),
        EventVoided(
            **told("complaint-t:2", 2, noon(DAYS[3]), noon(DAYS[4])),
            topic="complaint.filed",
            version=1,
            reason="entered_wrongly",
        ),
    ]


@pytest.fixture
def store(embedded_store: Store) -> Store:
    log = [Logged(position, event) for position, event in enumerate(events(), start=1)]
    put(embedded_store.conninfo, log)
    project_in_batches(embedded_store.conninfo, 1000)
    return embedded_store


def test_stored_days_are_the_intervals_of_what_was_known_then(store: Store) -> None:
    for day in DAYS:
        for view in (CHURN_RISK, SEGMENT_MEMBERS, SEGMENTS):
            refresh_view(store.conninfo, view, day, now=NOW)
            assert refresh_view(store.conninfo, view, day, now=NOW).status == "confirmed"
    members: dict[date, list[tuple[str, datetime, str]]] = {}
    with stored_facts(store.conninfo) as source, open_database(store.conninfo) as database:
        for day in DAYS:
            ends = day_end(day, zone=source.zone)
            reading = ViewReading(source=source, now=NOW, as_of=ends, known_at=ends)
            stored = read_view(database, SEGMENT_MEMBERS, day)
            assert stored is not None
            held = memberships(reading).at(reading).select(stored.columns).sort("segment", "customer_id")
            assert_frame_equal(stored, held)
            members[day] = stored.select("segment", "entered_at", "entered_by").rows()
        segments = read_view(database, SEGMENTS, DAYS[3])
    first_scored = ("scored", day_end(DAYS[0], zone="Asia/Shanghai") - TICK, "time")
    content_again = day_end(date(2024, 3, 11), zone="Asia/Shanghai")
    registered = noon(date(2024, 3, 1))
    assert members == {
        DAYS[0]: [("content", registered, "event"), first_scored],
        DAYS[1]: [("content", registered, "event"), first_scored],
        DAYS[2]: [("content", content_again, "time"), first_scored],
        DAYS[3]: [("complains", noon(DAYS[3]), "event"), first_scored],
        DAYS[4]: [("content", content_again, "time"), first_scored],
    }
    assert segments is not None
    assert_sizes(segments)


def assert_sizes(segments: pl.DataFrame) -> None:
    """On the 13th one complains and one is content no more; the circle fails and says so."""
    found = {row["segment"]: row for row in segments.to_dicts()}
    assert {name: (row["size"], row["entered"], row["left"]) for name, row in found.items()} == {
        "circle": (None, None, None),
        "complains": (1, 1, 0),
        "content": (0, 0, 1),
        "scored": (1, 0, 0),
    }
    assert (found["circle"]["status"], found["complains"]["status"]) == ("failed", "ok")
    assert found["circle"]["failure"] == "segments go in a circle: circle > circle"
