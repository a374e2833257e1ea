"""A pressed key is hidden until somebody is held liable, and counts once nothing more can be expected."""

from datetime import date, datetime, timedelta
from typing import Any

from projections.views.hidden_complaints import HIDDEN_COMPLAINT_SHARES, HIDDEN_COMPLAINTS
from projections.views.reading import ViewReading
from projections.views.view import View
from tests.projections.metrics.examples import at, call, complaint
from tests.projections.views.given import NOW, remembered, rows_of

OLD, SECOND = at("2024-04-20T02:00"), timedelta(seconds=1)
PRESSED = {"key_presses": 1, "key_pressed_at": OLD, "unit": "east", "offered_at": OLD}
FILED = complaint(1, call_id="x:1", category="late", subcategory="lost", filed_at=OLD)
ATTRIBUTED = FILED | {"attributions": 1}


def pressed(when: datetime) -> dict[str, Any]:
    return PRESSED | {"offered_at": when, "key_pressed_at": when}


def shares(**facts: Any) -> list[dict[str, Any]]:
    return rows_of(HIDDEN_COMPLAINT_SHARES, **facts)


def test_a_whole_row_of_a_call_that_nobody_answered_for() -> None:
    told = call(1, **PRESSED, line="motor", customer_id="c1")
    assert rows_of(HIDDEN_COMPLAINTS, calls=[told], complaints=[FILED]) == [
        {
            "call": "call-x:1",
            "offered_at": OLD,
            "hotline": None,
            "queue": None,
            "channel": None,
            "purpose": None,
            "line": "motor",
            "unit": "east",
            "agent_id": None,
            "tier": None,
            "customer_id": "c1",
            "complaint": "complaint-x:1",
            "category": "late",
            "subcategory": "lost",
            "is_ripe": True,
            "ripens_on": date(2024, 5, 21),
        }
    ]


def test_a_call_whose_complaint_was_attributed_is_not_hidden() -> None:
    assert rows_of(HIDDEN_COMPLAINTS, calls=[call(1, **PRESSED)], complaints=[ATTRIBUTED]) == []


def test_what_was_attributed_later_was_hidden_when_nobody_knew() -> None:
    later = ATTRIBUTED | {"last_recorded_at": at("2024-05-25T00:00")}
    given = {"calls": [call(1, **PRESSED)], "complaints": [FILED, later]}
    when = at("2024-05-24T00:00")
    assert len(rows_of(HIDDEN_COMPLAINTS, as_of=when, known_at=when, **given)) == 1
    assert rows_of(HIDDEN_COMPLAINTS, as_of=when, known_at=NOW, **given) == []


def test_no_key_no_hidden_complaint_and_neither_is_a_call_of_ours() -> None:
    told = [call(1, offered_at=OLD), call(2, **PRESSED, direction="outbound")]
    assert rows_of(HIDDEN_COMPLAINTS, calls=told) == []


def test_a_call_without_a_complaint_has_no_category() -> None:
    (only,) = rows_of(HIDDEN_COMPLAINTS, calls=[call(1, **PRESSED)])
    assert (only["complaint"], only["category"]) == (None, None)


def test_a_call_is_ripe_thirty_days_after_the_end_of_its_local_day() -> None:
    told = [call(1, **PRESSED)]
    (before,) = rows_of(HIDDEN_COMPLAINTS, as_of=at("2024-05-20T15:59:59"), calls=told)
    (after,) = rows_of(HIDDEN_COMPLAINTS, as_of=at("2024-05-20T16:00"), calls=told)
    assert (before["is_ripe"], after["is_ripe"]) == (False, True)
    assert before["ripens_on"] == after["ripens_on"] == date(2024, 5, 21)


def test_calls_of_the_last_ninety_days_are_looked_at() -> None:
    first = at("2024-03-03T16:00")
    told = [call(1, **pressed(first)), call(2, **pressed(first - SECOND))]
    assert [row["call"] for row in rows_of(HIDDEN_COMPLAINTS, as_of=at("2024-06-01T00:00"), calls=told)] == [
        "call-x:1"
    ]


def test_shares_count_the_ripe_and_tell_units_and_categories_apart() -> None:
    young = pressed(at("2024-05-30T02:00"))
    told = [call(1, **PRESSED), call(2, **PRESSED), call(3, **young), call(4, **PRESSED | {"unit": "west"})]
    second = complaint(2, call_id="x:2", category="late", filed_at=OLD)
    assert shares(calls=told, complaints=[ATTRIBUTED, second]) == [
        share("east", None, key_presses=1, hidden=1, ripe_key_presses=0, ripe_hidden=0, hidden_share=None),
        share("east", "late", key_presses=2, hidden=1, ripe_key_presses=2, ripe_hidden=1, hidden_share=0.5),
        share("west", None, key_presses=1, hidden=1, ripe_key_presses=1, ripe_hidden=1, hidden_share=1.0),
    ]


def share(unit: str | None, category: str | None, **counts: Any) -> dict[str, Any]:
    attributed = counts["key_presses"] - counts["hidden"]
    return {"unit": unit, "category": category, "attributed": attributed} | counts


def test_the_ripe_counts_are_the_metric_s() -> None:
    young = pressed(at("2024-05-30T02:00"))
    told = [call(1, **PRESSED), call(2, **PRESSED | {"unit": None}), call(3, **young)]
    assert differences(HIDDEN_COMPLAINT_SHARES, calls=told, complaints=[ATTRIBUTED]) == (0, 2)
    assert differences(HIDDEN_COMPLAINTS, calls=told, complaints=[ATTRIBUTED]) == (0, 2)


def differences(view: View, **facts: list[dict[str, Any]]) -> tuple[int, int]:
    """How many rows the reconciliation finds with the view's rows, and with none at all."""
    (check,) = view.reconciliations
    reading = ViewReading(source=remembered(**facts), now=NOW, as_of=NOW, known_at=NOW)
    made = view.made(reading)
    found = (check.differences(reading, rows).height for rows in (made, made.clear()))
    return next(found), next(found)
