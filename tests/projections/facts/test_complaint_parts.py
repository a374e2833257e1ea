"""What a complaint's clocks, promises, appeals and penalties say, by example."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.complaint.events import (
    ComplaintAppealed,
    ComplaintArbitrated,
    ComplaintClosed,
    ComplaintFiled,
    ComplaintPenaltyImposed,
    ComplaintPromised,
    ComplaintReopened,
    ComplaintReplied,
    ComplaintResolved,
)
from domain.envelope import Event
from domain.event import EventVoided
from projections.facts import SPECS
from projections.facts.refold import refold
from tests.projections.facts.given import events_of
from tests.projections.logs import Logged

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, HOUR_MS = timedelta(hours=1), 3_600_000
Telling = tuple[int, type[Event], dict[str, Any]]

FILED: Telling = (
    0,
    ComplaintFiled,
    {"kind": "external", "channel": "hotline", "category": "late", "unit": "e"},
)
PROMISED: Telling = (2, ComplaintPromised, {"solution_due_at": NOON + 10 * HOUR})
APPEALED: Telling = (3, ComplaintAppealed, {"appeal_id": "p1", "attribution_id": "a1", "by": "sales"})


def resolved(hour: int) -> Telling:
    return hour, ComplaintResolved, {"outcome": "apology"}


def arbitrated(hour: int, *, appeal_id: str | None = "p1", by: str = "arbitration") -> Telling:
    return hour, ComplaintArbitrated, {"appeal_id": appeal_id, "by": by, "outcome": "overturned"}


def rows(fact: str, *tellings: Telling) -> list[dict[str, Any]]:
    """The live rows of one complaint whose events are told in this order, each so many hours after noon."""
    log = [
        Logged(
            number,
            event_class(
                originator_id="complaint-x:1",
                originator_version=number,
                occurred_at=NOON + hour * HOUR,
                recorded_at=NOON + hour * HOUR,
                source="desk",
                **values,
            ),
        )
        for number, (hour, event_class, values) in enumerate(tellings, start=1)
    ]
    folded = refold(SPECS[fact], events_of(log, SPECS[fact]))
    return [row for row in folded.to_dicts() if not row["voided"]]


def test_a_clock_runs_from_filing_to_the_first_reply_and_to_closing() -> None:
    replies: list[Telling] = [(5, ComplaintReplied, {}), (7, ComplaintReplied, {})]
    (row,) = rows("complaint_clocks", FILED, *replies, (30, ComplaintClosed, {}))
    assert (row["first_reply_ms"], row["closing_ms"]) == (5 * HOUR_MS, 30 * HOUR_MS)
    assert (row["category"], row["unit"]) == ("late", "e")


def test_reopening_stops_what_closing_said_until_it_closes_again() -> None:
    closed_and_opened: list[Telling] = [(30, ComplaintClosed, {}), (40, ComplaintReopened, {})]
    (row,) = rows("complaint_clocks", FILED, *closed_and_opened)
    assert (row["closed_at"], row["closing_ms"]) == (None, None)
    (row,) = rows("complaint_clocks", FILED, *closed_and_opened, (50, ComplaintClosed, {}))
    assert row["closing_ms"] == 50 * HOUR_MS


def test_a_clock_without_a_filing_has_no_duration() -> None:
    (row,) = rows("complaint_clocks", (30, ComplaintClosed, {}))
    assert (row["closed_at"], row["closing_ms"]) == (NOON + 30 * HOUR, None)


def test_a_promise_is_answered_by_the_first_solution_after_it() -> None:
    (row,) = rows("complaint_promises", FILED, resolved(1), PROMISED, resolved(9), resolved(11))
    assert (row["version"], row["promised_at"], row["resolved_at"]) == (3, NOON + 2 * HOUR, NOON + 9 * HOUR)
    assert row["resolved_at"] <= row["solution_due_at"]


def test_each_promise_is_a_row_and_a_voided_one_is_none() -> None:
    again: Telling = (4, ComplaintPromised, {"solution_due_at": NOON + 20 * HOUR})
    void: Telling = (2, EventVoided, {"topic": "complaint.promised", "version": 2, "reason": "wrong"})
    told = rows("complaint_promises", FILED, PROMISED, again, resolved(3), void)
    assert [(row["version"], row["resolved_at"]) for row in told] == [(3, None)]


def test_an_appeal_lasts_until_arbitration_decides() -> None:
    (row,) = rows("complaint_appeals", FILED, APPEALED, arbitrated(51))
    assert (row["appeal_ms"], row["outcome"], row["appellant"]) == (48 * HOUR_MS, "overturned", "sales")


def test_a_regulators_ruling_is_no_appeal() -> None:
    assert rows("complaint_appeals", FILED, arbitrated(9, appeal_id=None, by="regulator")) == []


def test_a_ruling_whose_appeal_nobody_told_has_no_duration() -> None:
    (row,) = rows("complaint_appeals", FILED, arbitrated(9, appeal_id=None))
    assert (row["appeal_id"], row["outcome"], row["appeal_ms"]) == ("", "overturned", None)


def test_a_penalty_is_on_the_unit_complained_of() -> None:
    fine: Telling = (9, ComplaintPenaltyImposed, {"amount": Decimal(200), "enforced": False, "agent": "ann"})
    (row,) = rows("complaint_penalties", fine, FILED)
    assert (row["unit"], row["category"], row["agent"]) == ("e", "late", "ann")
    assert (row["amount"], row["enforced"]) == (Decimal(200), False)


def test_every_turn_of_a_complaint_is_a_row() -> None:
    told = rows("complaint_turns", FILED, (5, ComplaintClosed, {}), (6, ComplaintReopened, {}))
    assert [(row["version"], row["turn"]) for row in told] == [(1, "filed"), (2, "closed"), (3, "reopened")]
