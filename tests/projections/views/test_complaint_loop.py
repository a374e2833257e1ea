"""A complaint stands where its last step took it, and its next clock is the one that the domain counts by."""

from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from domain.complaint import (
    ComplaintAssigned,
    ComplaintClosed,
    ComplaintEscalated,
    ComplaintFiled,
    ComplaintFollowUpRecorded,
    ComplaintHandedOver,
    ComplaintPromised,
    ComplaintReopened,
    ComplaintReplied,
    ComplaintReplyReviewed,
    ComplaintResolved,
)
from domain.complaint.commands import CloseComplaint, EscalateDueComplaint
from domain.complaint.escalation import escalations_due, next_due
from domain.complaint.loop import close
from domain.complaint.state import Complaint, evolve
from domain.envelope import Event
from domain.errors import DomainError
from domain.organisation.rules import DatedBody, RuleBook
from domain.telling import Situation
from domain.unit.state import Unit
from projections.facts import SPECS
from projections.facts.refold import refold
from projections.views.complaint_loop import COMPLAINT_LOOP
from projections.views.complaint_standing import STAGES
from projections.views.reading import ViewReading
from tests.projections.facts.given import events_of
from tests.projections.logs import Logged
from tests.projections.metrics.examples import frame
from tests.projections.metrics.memory import Memory

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
LATER = NOON + timedelta(days=40)
HOUR, DAY, HOUR_MS = timedelta(hours=1), timedelta(days=1), 3_600_000
Telling = tuple[float, type[Event], dict[str, Any]]
KINDS = {"depot-8": "depot", "store-1": "store"}
FACTS = ("complaints", "complaint_steps", "complaint_turns")

FILED: Telling = (
    0,
    ComplaintFiled,
    {"kind": "external", "channel": "hotline", "category": "late", "unit": "store-1"},
)
ASSIGNED: Telling = (1, ComplaintAssigned, {"to_unit": "depot-8", "due_at": NOON + 24 * HOUR})
REPLIED: Telling = (2, ComplaintReplied, {})
RETURNED: Telling = (3, ComplaintReplyReviewed, {"accepted": False, "reason": "thin"})
ACCEPTED: Telling = (3, ComplaintReplyReviewed, {"accepted": True})
PROMISED: Telling = (4, ComplaintPromised, {"solution_due_at": NOON + 10 * HOUR})
RESOLVED: Telling = (5, ComplaintResolved, {"outcome": "refund"})
CLOSED: Telling = (9, ComplaintClosed, {})
REOPENED: Telling = (10, ComplaintReopened, {})


def asked(hour: float, whom: str = "customer", *, resolved: bool | None, reached: bool = True) -> Telling:
    told = {"with_whom": whom, "means": "call", "reached": reached, "resolved": resolved}
    return hour, ComplaintFollowUpRecorded, told


def events(tellings: tuple[Telling, ...]) -> list[Event]:
    """The events of one complaint, told in this order, each so many hours after noon."""
    return [
        event_class(
            originator_id="complaint-x:1",
            originator_version=number,
            occurred_at=NOON + hour * HOUR,
            recorded_at=NOON + hour * HOUR,
            source="desk",
            **values,
        )
        for number, (hour, event_class, values) in enumerate(tellings, start=1)
    ]


def reading(
    *tellings: Telling, at: datetime = LATER, rules: tuple[tuple[str, str, str], ...] = ()
) -> ViewReading:
    """The moment `at` after these events; rules are [kind, name, body] from a day long ago."""
    told = (event for event in events(tellings) if event.occurred_at < at)
    log = [Logged(number, event) for number, event in enumerate(told, start=1)]
    rows = {fact: refold(SPECS[fact], events_of(log, SPECS[fact])) for fact in FACTS}
    units = [{"unit": f"unit-{unit}", "kind": kind} for unit, kind in KINDS.items()]
    configured = [
        {"organisation": "o", "kind": kind, "name": name, "valid_from": NOON.date() - DAY, "body": body}
        for kind, name, body in rules
    ]
    given = {"units": frame("units", units), "organisation_rules": frame("organisation_rules", configured)}
    return ViewReading(source=Memory(rows | given), now=LATER, as_of=at, known_at=at)


def loop(*tellings: Telling, **when: Any) -> list[dict[str, Any]]:
    return COMPLAINT_LOOP.made(reading(*tellings, **when)).to_dicts()


def only(*tellings: Telling, **when: Any) -> dict[str, Any]:
    (row,) = loop(*tellings, **when)
    return row


@pytest.mark.parametrize(
    ("tellings", "stage"),
    [
        ((), "filed"),
        ((ASSIGNED,), "assigned"),
        ((ASSIGNED, REPLIED), "replied"),
        ((ASSIGNED, REPLIED, RETURNED), "assigned"),
        ((ASSIGNED, REPLIED, ACCEPTED), "handled"),
        ((ASSIGNED, REPLIED, ACCEPTED, (4, ComplaintHandedOver, {"to_unit": "z"})), "assigned"),
        ((ASSIGNED, PROMISED), "assigned"),
        ((RESOLVED,), "handled"),
        ((RESOLVED, asked(6, "unit", resolved=None)), "verified_with_unit"),
        ((RESOLVED, asked(6, "unit", resolved=False)), "assigned"),
        ((RESOLVED, asked(6, resolved=None, reached=False)), "handled"),
        ((RESOLVED, asked(6, resolved=True)), "verified_with_customer"),
        ((RESOLVED, asked(6, resolved=False)), "reopened"),
        ((RESOLVED, CLOSED, REOPENED), "reopened"),
        ((RESOLVED, CLOSED, REOPENED, (11, ComplaintReplied, {})), "replied"),
    ],
)
def test_the_stage_is_where_the_last_step_took_it(tellings: tuple[Telling, ...], stage: str) -> None:
    assert only(FILED, *tellings)["stage"] == stage
    assert stage in STAGES


def test_a_whole_row_of_an_open_complaint() -> None:
    promised: Telling = (0, FILED[1], {**FILED[2], "promised_ms": 72 * HOUR_MS, "customer_id": "c1"})
    owner = (("process_owner", "late", '"desk:transport"'),)
    row = only(promised, ASSIGNED, at=NOON + 2 * HOUR, rules=owner)
    assert row == {
        "complaint": "complaint-x:1",
        "stage": "assigned",
        "is_open": True,
        "unit": "depot-8",
        "unit_kind": "depot",
        "filed_unit": "store-1",
        "kind": "external",
        "channel": "hotline",
        "category": "late",
        "subcategory": None,
        "line": None,
        "product": None,
        "severity": "general",
        "customer_id": "c1",
        "process_owner": "desk:transport",
        "filed_at": NOON,
        "assigned_at": NOON + HOUR,
        "next_clock": "reply",
        "next_clock_at": NOON + 24 * HOUR,
        "overdue": None,
        "overdue_since": None,
        "handling_at": NOON + 72 * HOUR,
        "reply_at": NOON + 24 * HOUR,
        "no_solution_at": None,
        "solution_at": None,
        "level": None,
        "next_level": "depot_dispatcher",
        "escalates_at": None,
        "escalates_to": None,
        "escalations": 0,
        "handovers": 0,
        "unreached": 0,
        "unreached_limit": 2,
        "failed": 0,
        "failed_limit": 2,
        "may_close": False,
        "resolved_at": None,
        "closed_at": None,
        "reopened_at": None,
        "reopens": 0,
    }


def test_a_promise_starts_the_thirty_minutes_and_its_own_time() -> None:
    row = only(FILED, ASSIGNED, PROMISED, at=NOON + 4 * HOUR)
    assert (row["next_clock"], row["no_solution_at"]) == ("reply", None)
    row = only(FILED, ASSIGNED, PROMISED, at=NOON + 4.25 * HOUR)
    assert (row["next_clock"], row["next_clock_at"]) == ("no_solution", NOON + 4.5 * HOUR)
    assert (row["escalates_at"], row["escalates_to"]) == (NOON + 4.5 * HOUR, "depot_dispatcher")


def test_the_minutes_are_the_organisation_s() -> None:
    row = only(FILED, PROMISED, at=NOON + 4.25 * HOUR, rules=(("limit", "no_solution_minutes", "45"),))
    assert row["no_solution_at"] == NOON + 4.75 * HOUR


def test_what_has_run_out_is_named_and_a_clock_that_ends_now_is_the_next() -> None:
    ends = NOON + 10 * HOUR
    row = only(FILED, PROMISED, at=ends)
    assert (row["overdue"], row["overdue_since"]) == ("no_solution", NOON + 4.5 * HOUR)
    assert (row["next_clock"], row["next_clock_at"]) == ("solution", ends)
    row = only(FILED, ASSIGNED, PROMISED, at=NOON + 25 * HOUR)
    assert (row["overdue"], row["next_clock"]) == ("reply,no_solution,solution", None)


def test_a_reply_that_came_back_is_due_again_and_reopening_ends_what_was_due() -> None:
    assert only(FILED, ASSIGNED, REPLIED)["reply_at"] is None
    assert only(FILED, ASSIGNED, REPLIED, RETURNED)["reply_at"] == NOON + 24 * HOUR
    assert only(FILED, ASSIGNED, CLOSED, REOPENED)["reply_at"] is None


def test_closed_complaints_stay_for_thirty_days_and_have_no_clock() -> None:
    told = (FILED, ASSIGNED, PROMISED, CLOSED)
    last = NOON + 9 * HOUR + 29 * DAY
    row = only(*told, at=last)
    assert (row["stage"], row["next_clock"], row["overdue"], row["next_level"]) == (
        "closed",
        None,
        None,
        None,
    )
    assert loop(*told, at=last + DAY) == []


def test_what_was_closed_later_was_open_before() -> None:
    assert only(FILED, CLOSED, at=NOON + 8 * HOUR)["stage"] == "filed"


def test_the_rows_agree_with_the_turns_of_complaints() -> None:
    (check,) = COMPLAINT_LOOP.reconciliations
    told = reading(FILED, CLOSED, REOPENED)
    made = COMPLAINT_LOOP.made(told)
    assert check.differences(told, made).is_empty()
    assert check.differences(told, made.clear())["complaint"].to_list() == ["complaint-x:1"]


STEPS = st.one_of(
    st.builds(
        lambda unit, due: (ComplaintAssigned, {"to_unit": unit, "due_at": due and NOON + due * HOUR}),
        st.sampled_from(["depot-8", "store-1", "z"]),
        st.none() | st.integers(1, 20),
    ),
    st.builds(lambda unit: (ComplaintHandedOver, {"to_unit": unit}), st.sampled_from(["depot-8", "z"])),
    st.just((ComplaintReplied, {})),
    st.builds(lambda accepted: (ComplaintReplyReviewed, {"accepted": accepted}), st.booleans()),
    st.builds(lambda due: (ComplaintPromised, {"solution_due_at": NOON + due * HOUR}), st.integers(1, 20)),
    st.builds(
        lambda level, reason: (ComplaintEscalated, {"level": level, "reason": reason}),
        st.sampled_from(["store", "depot_manager", "region", "president", "elsewhere"]),
        st.sampled_from(["not_resolved", "promise_broken"]),
    ),
    st.just((ComplaintResolved, {"outcome": "refund"})),
    st.builds(
        lambda whom, reached, resolved: asked(
            0, whom, reached=reached, resolved=resolved if reached else None
        )[1:],
        st.sampled_from(["customer", "customer", "unit"]),
        st.booleans(),
        st.sampled_from([True, False, None]),
    ),
    st.just((ComplaintReopened, {})),
    st.just((ComplaintClosed, {})),
)
HISTORIES = st.lists(st.tuples(st.sampled_from([0, 0.25, 1, 3]), STEPS), max_size=9)
RULES = RuleBook({("limit", "no_solution_minutes"): (DatedBody(NOON.date() - DAY, "45"),)})


@settings(max_examples=40, deadline=None)
@for_any(HISTORIES, st.booleans())
def test_a_row_says_what_the_aggregate_knows(history: list[tuple[float, Any]], has_rule: bool) -> None:
    hours = accumulate(gap for gap, _ in history)
    tellings: tuple[Telling, ...] = (
        FILED,
        *((hour, *step) for hour, (_, step) in zip(hours, history, strict=True)),
    )
    state = Complaint()
    for event in events(tellings):
        state = evolve(state, event)
    told = (("limit", "no_solution_minutes", "45"),) if has_rule else ()
    at = NOON + 30 * HOUR
    row = only(*tellings, at=at, rules=told)
    situation = Situation(
        now=at,
        rules=RULES if has_rule else RuleBook(),
        others={f"unit-{unit}": Unit(kind=kind) for unit, kind in KINDS.items()},
    )
    assert (row["unit"], row["level"], row["is_open"]) == (state.with_unit, state.level, not state.is_closed)
    assert (row["failed"], row["may_close"]) == (state.failed, _may_close(state, situation))
    assert row["unreached"] == state.unreached
    if state.is_closed:
        assert (row["stage"], row["next_clock"], row["escalates_at"]) == ("closed", None, None)
    else:
        assert row["solution_at"] == (state.promise.due_at if state.promise else None)
        assert (row["escalates_at"], row["escalates_to"]) == _escalates(state, situation)


def _may_close(state: Complaint, situation: Situation) -> bool:
    try:
        return bool(close(state, CloseComplaint(originator_id="complaint-x:1"), situation))
    except DomainError:
        return False


def _escalates(state: Complaint, situation: Situation) -> tuple[datetime | None, str | None]:
    late = Situation(now=LATER, rules=situation.rules, others=situation.others)
    told = escalations_due(state, EscalateDueComplaint(originator_id="complaint-x:1"), late)
    first = min(told, key=lambda event: event.occurred_at, default=None)
    assert next_due(state, situation) == (first and first.occurred_at)
    return (first.occurred_at, first.level) if first else (None, None)
