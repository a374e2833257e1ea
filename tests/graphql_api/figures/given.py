"""What the tests of figures are given: thirty calls, customers, segments, rules, targets, a late telling."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.call import CallAbandoned, CallAnswered, CallOffered
from domain.complaint import ComplaintFiled
from domain.customer import CustomerRegistered
from domain.envelope import Event
from domain.organisation import OrganisationConfigured
from domain.target import TargetPublished, TargetSet
from infra.stores import Store
from projections.storage.views import refresh_view
from projections.views.segments.day_views import SEGMENTS
from tests.graphql_api.given import NOW, Asking
from tests.projections.logs import Logged
from tests.projections.runner.stored import project_in_batches, put

DAY = datetime(2026, 1, 5, 4, tzinfo=UTC)
"""Monday noon in Shanghai: the first of thirty calls is offered; each hour another, to Tuesday evening."""
LATE = datetime(2026, 2, 10, tzinfo=UTC)
"""When the answering of the last call is told."""
QUEUES = ("motor", "property")
CUSTOMERS = ("t:1", "t:2", None)
LAST = 29
STORED_DAY = date(2026, 1, 6)

DEFINITIONS: dict[str, Any] = {
    "complains": {"count": "complaints", "in_last_days": 30, "at_least": 1},
    "circle": {"segment": "circle"},
}
RULES: tuple[tuple[str, str, date, Any], ...] = (
    *(("segment", name, date(2025, 1, 1), {"condition": one}) for name, one in DEFINITIONS.items()),
    ("definition", "answer_rate", date(2025, 1, 1), "line"),
    ("definition", "answer_rate", date(2026, 1, 6), "agent"),
    (
        "calendar",
        "working_days",
        date(2026, 1, 1),
        {"holidays": ["2026-01-01"], "working_days": ["2026-01-04"]},
    ),
    (
        "score_card",
        "desk",
        date(2025, 1, 1),
        {"parts": [{"metric": "answer_rate", "weight": 1, "bands": [{"points": 60}]}]},
    ),
)


@dataclass(frozen=True)
class Told:
    """A projected store, and those who ask it.

    Somebody of marketing; a service manager, who may list nobody of a segment; a reader, who may; a club
    manager, who sees no customers.
    """

    store: Store
    asking: Asking
    manager: Asking
    reader: Asking
    club: Asking


def told(
    stream: str, version: int, at: datetime, recorded_at: datetime | None = None, **more: Any
) -> dict[str, Any]:
    said = {"originator_id": stream, "originator_version": version, "occurred_at": at, "source": "test"}
    return {**said, "recorded_at": recorded_at or at, **more}


def call_events(number: int) -> list[Event]:
    """Every third is abandoned after 30 s, the others are answered after 10 s; the last is told of late."""
    call, at = f"call-bank:{number}", DAY + timedelta(hours=number)
    offered = CallOffered(
        **told(call, 1, at, customer_id=CUSTOMERS[number % 3]),
        direction="inbound",
        hotline="95502",
        queue=QUEUES[number % 2],
        channel="phone",
        caller_number="v1:secret",
    )
    if number % 3 == 0:
        return [offered, CallAbandoned(**told(call, 2, at), wait_ms=30_000)]
    recorded_at = LATE if number == LAST else at
    return [offered, CallAnswered(**told(call, 2, at, recorded_at), wait_ms=10_000)]


def other_events() -> list[Event]:
    """Rules; two customers, of whom the first complains on Tuesday early; a target, and a figure printed."""
    before = datetime(2025, 12, 1, tzinfo=UTC)
    january: dict[str, Any] = {
        "metric": "answer_rate",
        "period_start": date(2026, 1, 1),
        "period_end": date(2026, 2, 1),
    }
    return [
        *(
            OrganisationConfigured(
                **told("organisation", version, before),
                kind=kind,
                name=name,
                valid_from=valid_from,
                body=json.dumps(body),
            )
            for version, (kind, name, valid_from, body) in enumerate(RULES, start=1)
        ),
        *(CustomerRegistered(**told(f"customer-{name}", 1, before)) for name in CUSTOMERS if name),
        ComplaintFiled(
            **told("complaint-t:1", 1, datetime(2026, 1, 5, 20, tzinfo=UTC), customer_id="t:1"),
            kind="external",
            channel="phone",
            category="billing",
        ),
        TargetSet(
            **told("target-t:1", 1, before),
            **january,
            target=Decimal("0.6"),
            challenge=Decimal("0.7"),
            direction="higher",
        ),
        TargetPublished(
            **told("target-t:1", 2, LATE), **january, value=Decimal("0.66"), who="regulator", rank=2, of=9
        ),
    ]


def tell_figures(store: Store) -> None:
    """Sixty events about calls, then the others, projected; segments are stored for one day only."""
    events = [event for number in range(LAST + 1) for event in call_events(number)] + other_events()
    put(store.conninfo, [Logged(position, event) for position, event in enumerate(events, start=1)])
    project_in_batches(store.conninfo, 1000)
    refresh_view(store.conninfo, SEGMENTS, STORED_DAY, now=NOW)
    with store.connect() as connection:
        connection.execute(
            "insert into append_batch (base_position, mapping, declares_history) values (0, 'calls', true)"
        )
