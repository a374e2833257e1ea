"""A series of complaints under the liability rule of its time, under either throughout, and its break."""

import json
from datetime import date, timedelta
from typing import Any

from projections.metrics.answer import answer
from projections.metrics.question import Question
from projections.metrics.rulings import as_ruled_then, breaks, under_todays_rule
from tests.projections.metrics.examples import at, complaint, frame, volume
from tests.projections.metrics.memory import Memory

NOW = at("2024-06-01T00:00")
HOUR_MS = 3_600_000
OLD, NEW = "positive_overrun_per_waybills", "own_overrun_per_waybills"


def rule(number: int, kind: str, name: str, valid_from: date, body: str) -> dict[str, Any]:
    told = {"kind": kind, "name": name, "valid_from": valid_from, "body": json.dumps(body)}
    return told | {"organisation": "organisation-kefu:own", "version": number, "last_position": number}


RULES = [
    rule(1, "definition", "complaint_rate", date(2024, 1, 1), OLD),
    rule(2, "definition", "complaint_rate", date(2024, 2, 1), NEW),
    rule(3, "liability", "late_shipment", date(2024, 1, 1), "positive_overrun"),
    rule(4, "liability", "late_shipment", date(2024, 2, 1), "own_overrun"),
]


def late(number: int, *, actual: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A complaint every thirty days about one stage, whose standard is ten hours."""
    filed = complaint(number, filed_at=at("2024-01-10T02:00") + timedelta(days=30 * (number // 2)))
    stage = {"stage": "linehaul", "party": "group", "ordinal": 1, "measured_at": filed["filed_at"]}
    hours = {"standard_ms": 10 * HOUR_MS, "actual_ms": actual * HOUR_MS}
    return filed, stage | hours | {"complaint": filed["complaint"]}


def store() -> Memory:
    """Two complaints a month, one of a stage that ran over and one of a stage that did not."""
    told = [late(number, actual=12 if number % 2 else 9) for number in range(4)]
    months = [at(f"2024-0{month}-01T00:00") for month in (1, 2, 3)]
    waybills = [volume("waybills", months[n], months[n + 1], 10_000) for n in (0, 1)]
    return Memory(
        {
            "complaints": frame("complaints", [filed for filed, _ in told]),
            "complaint_stages": frame("complaint_stages", [stage for _, stage in told]),
            "volumes": frame("volumes", waybills),
            "organisation_rules": frame("organisation_rules", RULES),
        }
    )


def series(definition: str | None = None) -> Question:
    period = {"start": date(2024, 1, 1), "end": date(2024, 3, 1)}
    return Question(metric="complaint_rate", definition=definition, grain="month", **period)


def test_a_series_as_ruled_then_changes_its_rule() -> None:
    told = as_ruled_then(store(), series(), now=NOW)
    assert [(one.definition, one.value) for one in told] == [(OLD, 1.0), (NEW, 2.0)]


def test_history_under_todays_rule_and_the_old_rule_carried_on() -> None:
    today = under_todays_rule(store(), series(), now=NOW)
    assert [one.value for one in answer(store(), today, now=NOW)] == [2.0, 2.0]
    assert [one.value for one in answer(store(), series(OLD), now=NOW)] == [1.0, 1.0]


def test_what_was_attributed_breaks_where_the_liability_rule_changes() -> None:
    found = breaks(store(), series("attributed_per_waybills"), now=NOW)
    assert [(one.day, one.kind) for one in found] == [
        (date(2024, 2, 1), "definition"),
        (date(2024, 2, 1), "liability"),
    ]
    assert [one.kind for one in breaks(store(), series(OLD), now=NOW)] == ["definition"]
