"""Tomorrow's agents come from the same weekday of eight weeks, queue by queue and half-hour by half-hour."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.organisation.staffing import StaffingTarget
from projections.views.staffing_need import STAFFING_NEED
from tests.projections.metrics.examples import at, call
from tests.projections.views.given import rows_of

EVENING = at("2024-03-05T16:00")
"""The end of Tuesday 5 March in China: tomorrow is a Wednesday."""
WEDNESDAYS = [date(2024, 3, 6) - timedelta(weeks=week) for week in range(1, 9)]


def calls(
    day: date, count: int, *, clock: str = "02:10", first: int = 0, **columns: Any
) -> list[dict[str, Any]]:
    """Answered calls of three minutes each at ten past ten in China."""
    offered = datetime.fromisoformat(f"{day}T{clock}+00:00")
    told = {"queue": "motor", "talk_ms": 170_000, "hold_ms": 4_000, "wrap_up_ms": 6_000} | columns
    return [call(1_000 * day.toordinal() + first + n, offered_at=offered, **told) for n in range(count)]


def needed(rows: list[dict[str, Any]], **facts: Any) -> list[dict[str, Any]]:
    return rows_of(STAFFING_NEED, as_of=EVENING, calls=rows, **facts)


def rule(name: str, body: str) -> dict[str, Any]:
    return {
        "organisation": "organisation-x",
        "kind": "staffing",
        "name": name,
        "valid_from": date(2024, 1, 1),
        "body": body,
    }


def test_ten_erlangs_need_fourteen_agents() -> None:
    (only,) = needed([row for day in WEDNESDAYS for row in calls(day, 100)])
    assert only == {
        "day": date(2024, 3, 6),
        "queue": "motor",
        "half_hour": "10:00",
        "weekdays": 8,
        "calls": 100,
        "aht_ms": 180_000,
        "erlangs": 10.0,
        "share": 0.8,
        "within_seconds": 20.0,
        "agents": 14,
        "rostered": 14,
        "service_level": pytest.approx(0.8884, abs=5e-5),
        "asa_seconds": pytest.approx(7.84, abs=5e-3),
        "occupancy": pytest.approx(10 / 14, abs=1e-6),
    }


def test_other_weekdays_and_other_calls_do_not_count() -> None:
    wednesday = calls(WEDNESDAYS[0], 10)
    others = [
        *calls(WEDNESDAYS[0] + timedelta(days=1), 50),
        *calls(WEDNESDAYS[-1] - timedelta(weeks=1), 50),
        *calls(WEDNESDAYS[0], 5, first=100, direction="outbound"),
        *calls(WEDNESDAYS[0], 5, first=200, queue=None),
        *calls(WEDNESDAYS[0], 5, first=300, outcome="flowed_out"),
    ]
    (only,) = needed([*wednesday, *others])
    assert (only["calls"], only["weekdays"]) == (10, 1)


def test_a_weekday_without_any_call_is_no_day_of_service() -> None:
    rows = [*calls(WEDNESDAYS[0], 10), *calls(WEDNESDAYS[1], 20, clock="03:40")]
    assert [(row["half_hour"], row["calls"], row["weekdays"]) for row in needed(rows)] == [
        ("10:00", 5, 2),
        ("11:30", 10, 2),
    ]


def test_who_gave_up_wanted_an_agent_and_took_no_time() -> None:
    gave_up = calls(WEDNESDAYS[0], 10, first=100, outcome="abandoned", talk_ms=None)
    (only,) = needed([*calls(WEDNESDAYS[0], 10), *gave_up])
    assert (only["calls"], only["aht_ms"]) == (20, 180_000)


def test_a_queue_has_its_own_target_or_that_of_any() -> None:
    rows = [*calls(WEDNESDAYS[0], 100), *calls(WEDNESDAYS[0], 100, first=500, queue="life")]
    rules = [rule("any", '{"share": 0.7}'), rule("motor", '{"share": 0.95, "shrinkage": 0.25}')]
    found = {row["queue"]: row for row in needed(rows, organisation_rules=rules)}
    assert (found["life"]["share"], found["life"]["rostered"]) == (0.7, 13)
    assert (found["motor"]["share"], found["motor"]["agents"], found["motor"]["rostered"]) == (0.95, 16, 22)


def test_what_cannot_be_reached_is_no_target() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        StaffingTarget(share=1.0)
