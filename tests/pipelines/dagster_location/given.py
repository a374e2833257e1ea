"""A store in which callers and customers have rated, day after day, and everything is projected."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from eventsourcing.persistence import StoredEvent

from domain.call import CallAnswered, CallOffered, CallRated
from domain.customer import CustomerRated
from domain.envelope import UNNUMBERED, Event
from infra.event_store.record import Record
from infra.stores import Store
from projections.runner.operate import project

FIRST_NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)
"""Noon of the first of the days in China, the zone of a store without rules."""
NOW = FIRST_NOON + timedelta(days=60)


def rated_call(day: int, number: int, *, satisfied: bool) -> list[Event]:
    """A call answered and rated at noon of a day."""
    at = FIRST_NOON + timedelta(days=day, minutes=number)
    said = {
        "originator_id": f"call-test:{day}-{number}",
        "originator_version": UNNUMBERED,
        "recorded_at": at,
        "source": "test",
        "unit": f"u{number % 2}",
        "customer_id": f"test:{number}",
    }
    return [
        CallOffered(
            occurred_at=at, direction="inbound", hotline="95502", queue="motor", channel="phone", **said
        ),
        CallAnswered(occurred_at=at + timedelta(seconds=5), wait_ms=5_000, **said | {"agent_id": "a1"}),
        CallRated(
            occurred_at=at + timedelta(minutes=1),
            score=Decimal(5 if satisfied else 1),
            scale=5,
            satisfied=satisfied,
            **said | {"agent_id": "a1"},
        ),
    ]


def rating(day: int, number: int, *, satisfied: bool, recorded_days_later: int = 0) -> list[Event]:
    """A customer's rating at noon of a day."""
    at = FIRST_NOON + timedelta(days=day, hours=1)
    return [
        CustomerRated(
            originator_id=f"customer-test:{day}-{number}",
            originator_version=UNNUMBERED,
            occurred_at=at,
            recorded_at=at + timedelta(days=recorded_days_later),
            source="test",
            customer_id=f"test:{day}-{number}",
            survey="mutual",
            process="claims",
            score=Decimal(9 if satisfied else 2),
            scale=10,
            satisfied=satisfied,
        )
    ]


def a_rated_day(day: int) -> list[Event]:
    """Two calls and a survey; every third day somebody was not satisfied."""
    return [
        *rated_call(day, 1, satisfied=True),
        *rated_call(day, 2, satisfied=day % 3 != 0),
        *rating(day, 1, satisfied=day % 3 != 1),
    ]


def told(store: Store, events: Sequence[Event]) -> None:
    """Append streams that are not in the log yet, each from version 1 on."""
    versions: dict[str, int] = {}
    stored = []
    for event in events:
        versions[event.originator_id] = versions.get(event.originator_id, 0) + 1
        stored.append(
            StoredEvent(
                originator_id=event.originator_id,
                originator_version=versions[event.originator_id],
                topic=event.TOPIC,
                state=event.to_json(),
            )
        )
    store.recorder().append([Record(events=tuple(stored))])


def told_and_projected(store: Store, events: Sequence[Event]) -> None:
    told(store, events)
    project(store.conninfo)
