"""A claim waits for what the domain would ask of it next, and lacks what the list of its day names."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from domain.claim import (
    ClaimApprovalRequested,
    ClaimApproved,
    ClaimAssessed,
    ClaimClosed,
    ClaimDispatched,
    ClaimDocumentReceived,
    ClaimPaid,
    ClaimRejected,
    ClaimReopened,
    ClaimReported,
    ClaimWithdrawn,
)
from domain.claim.approval import next_level
from domain.claim.state import NOTHING, Claim, evolve
from domain.envelope import Event
from domain.organisation.claim_rules import DEFAULT_APPROVAL_LEVELS, DEFAULT_DOCUMENT_LIST
from projections.facts import SPECS
from projections.facts.refold import refold
from projections.views.claim_progress import CLAIM_PROGRESS
from projections.views.reading import ViewReading
from tests.projections.facts.given import events_of
from tests.projections.logs import Logged
from tests.projections.metrics.examples import frame
from tests.projections.metrics.memory import Memory

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Telling = tuple[float, type[Event], dict[str, Any]]
FACTS = ("claims", "claim_documents", "claim_approvals")
SMALL = ("receipt_voucher_copy", "identity_card_copy", "signed_agreement")

REPORTED: Telling = (0, ClaimReported, {"line": "cargo", "channel": "desk", "cause": "damage"})
CLAIMED: Telling = (0, ClaimReported, {**REPORTED[2], "amount_claimed": Decimal(1500)})
DISPATCHED: Telling = (1, ClaimDispatched, {"surveyor": "s", "response_ms": 5})
ASSESSED: Telling = (2, ClaimAssessed, {"amount": Decimal(800)})
PAPERS: tuple[Telling, ...] = tuple((3, ClaimDocumentReceived, {"kind": kind}) for kind in SMALL)
REQUESTED: Telling = (4, ClaimApprovalRequested, {"level": "station"})
CLOSED: Telling = (8, ClaimClosed, {})
REOPENED: Telling = (9, ClaimReopened, {})


def approved(hour: float, level: str = "station", *, final: bool = True, amount: int = 800) -> Telling:
    told = {"level": level, "amount": Decimal(amount), "over_limit_amount": Decimal(0), "final": final}
    return hour, ClaimApproved, told


def paid(hour: float, amount: int) -> Telling:
    return hour, ClaimPaid, {"amount": Decimal(amount)}


def events(tellings: tuple[Telling, ...]) -> list[Event]:
    """The events of one claim, told in this order, each so many hours after noon."""
    return [
        event_class(
            originator_id="claim-x:1",
            originator_version=number,
            occurred_at=NOON + hour * HOUR,
            recorded_at=NOON + hour * HOUR,
            source="desk",
            **values,
        )
        for number, (hour, event_class, values) in enumerate(tellings, start=1)
    ]


def reading(
    *tellings: Telling, at: datetime = NOON + 5 * DAY, rules: tuple[tuple[str, str], ...] = ()
) -> ViewReading:
    """The moment after these events; rules are [kind, body] of any line from long ago."""
    log = [Logged(number, event) for number, event in enumerate(events(tellings), start=1)]
    rows = {fact: refold(SPECS[fact], events_of(log, SPECS[fact])) for fact in FACTS}
    configured = [
        {"organisation": "o", "kind": kind, "name": "any", "valid_from": NOON.date() - DAY, "body": body}
        for kind, body in rules
    ]
    source = Memory(rows | {"organisation_rules": frame("organisation_rules", configured)})
    return ViewReading(source=source, now=at, as_of=at, known_at=at)


def claims(*tellings: Telling, **when: Any) -> list[dict[str, Any]]:
    return CLAIM_PROGRESS.made(reading(*tellings, **when)).to_dicts()


def only(*tellings: Telling, **when: Any) -> dict[str, Any]:
    (row,) = claims(*tellings, **when)
    return row


def test_a_whole_row() -> None:
    assert only(CLAIMED, ASSESSED, *PAPERS) == {
        "claim": "claim-x:1",
        "stage": "assessed",
        "is_open": True,
        "waiting_for": "documents",
        "waiting_since": NOON + 2 * HOUR,
        "level": "station",
        "next_stage": "approval_requested",
        "documents_missing": "claim_letter,waybill_copy,value_invoice or repair_invoice",
        "line": "cargo",
        "channel": "desk",
        "cause": "damage",
        "product": None,
        "unit": None,
        "customer_id": None,
        "customer_class": None,
        "tier": None,
        "reported_at": NOON,
        "claimed_amount": Decimal(1500),
        "assessed_amount": Decimal(800),
        "approved_amount": None,
        "paid_amount": None,
        "notified_at": None,
        "reopens": 0,
        "ended_at": None,
    }


READY = (REPORTED, ASSESSED, *PAPERS)
PAID = (*READY, REQUESTED, approved(5), paid(6, 800))


@pytest.mark.parametrize(
    ("tellings", "stage", "waiting_for", "level", "next_stage"),
    [
        ((REPORTED,), "reported", "assessment", None, "assessed"),
        ((REPORTED, DISPATCHED), "dispatched", "assessment", None, "assessed"),
        ((REPORTED, ASSESSED), "assessed", "documents", "station", "approval_requested"),
        (READY, "assessed", "approval_request", "station", "approval_requested"),
        ((*READY, REQUESTED), "approval_requested", "approval", "station", "approved"),
        (
            (*READY, REQUESTED, approved(5, final=False)),
            "assessed",
            "approval_request",
            "branch",
            "approval_requested",
        ),
        ((*READY, REQUESTED, approved(5)), "approved", "payment", None, "paid"),
        ((*READY, REQUESTED, approved(5), paid(6, 300)), "approved", "payment", None, "paid"),
        (PAID, "paid", "closing", None, "closed"),
        ((*READY, REQUESTED, approved(5, amount=0)), "approved", "closing", None, "closed"),
        ((*PAID, CLOSED), "closed", None, None, None),
        ((REPORTED, (2, ClaimRejected, {"reason": "r"})), "rejected", None, None, None),
        ((REPORTED, (2, ClaimWithdrawn, {})), "withdrawn", None, None, None),
        ((*PAID, CLOSED, REOPENED), "reopened", "approval_request", "station", "approval_requested"),
    ],
)
def test_where_a_claim_stands_and_what_it_waits_for(
    tellings: tuple[Telling, ...],
    stage: str,
    waiting_for: str | None,
    level: str | None,
    next_stage: str | None,
) -> None:
    row = only(*tellings)
    assert (row["stage"], row["waiting_for"], row["level"]) == (stage, waiting_for, level)
    assert row["next_stage"] == next_stage


def test_a_step_and_the_request_above_it_are_of_one_moment() -> None:
    above: Telling = (5, ClaimApprovalRequested, {"level": "branch"})
    row = only(*READY, REQUESTED, approved(5, final=False), above)
    assert (row["waiting_for"], row["level"]) == ("approval", "branch")


def test_documents_go_by_the_organisation_s_own_list() -> None:
    body = '{"bands":[{"from_amount":0,"documents":["photo",["letter","mail"]]}]}'
    row = only(REPORTED, ASSESSED, rules=(("document_list", body),))
    assert row["documents_missing"] == "photo,letter or mail"


def test_what_ended_stays_for_thirty_days() -> None:
    ended = NOON + 8 * HOUR
    assert only(REPORTED, CLOSED, at=ended + 29 * DAY)["stage"] == "closed"
    assert claims(REPORTED, CLOSED, at=ended + 31 * DAY) == []


def test_the_open_are_those_that_the_metric_counts() -> None:
    (check,) = CLAIM_PROGRESS.reconciliations
    told = reading(REPORTED, CLOSED, REOPENED)
    made = CLAIM_PROGRESS.made(told)
    assert check.differences(told, made).is_empty()
    assert check.differences(told, made.clear())["claim"].to_list() == ["claim-x:1"]


STEPS = st.one_of(
    st.builds(
        lambda kind: (ClaimDocumentReceived, {"kind": kind}),
        st.sampled_from([*SMALL, "claim_letter", "repair_invoice"]),
    ),
    st.builds(lambda amount: (ClaimAssessed, {"amount": Decimal(amount)}), st.sampled_from([800, 1000])),
    st.builds(
        lambda level: (ClaimApprovalRequested, {"level": level}), st.sampled_from(["station", "branch"])
    ),
    st.builds(
        lambda level, final: approved(0, level, final=final)[1:],
        st.sampled_from(["station", "branch", "headquarters", "elsewhere"]),
        st.booleans(),
    ),
    st.builds(lambda amount: paid(0, amount)[1:], st.sampled_from([300, 800])),
    st.sampled_from([(ClaimRejected, {"reason": "r"}), (ClaimWithdrawn, {}), CLOSED[1:], REOPENED[1:]]),
)


@settings(max_examples=40, deadline=None)
@for_any(st.lists(STEPS, max_size=10), st.sampled_from([REPORTED, CLAIMED]))
def test_a_row_says_what_the_aggregate_knows(history: list[Any], report: Telling) -> None:
    hours = accumulate(1 for _ in history)
    tellings = (report, *((hour, *step) for hour, step in zip(hours, history, strict=True)))
    state = Claim()
    for event in events(tellings):
        state = evolve(state, event)
    row = only(*tellings)
    assert row["is_open"] == (state.end is None)
    if state.end is not None:
        assert row["stage"] in {"closed", "withdrawn", "rejected"}
        return
    assert state.reported is not None
    amount = max(state.reported.amount_claimed or NOTHING, state.assessed or NOTHING)
    missing = DEFAULT_DOCUMENT_LIST.missing(state.documents, amount=amount)
    assert row["documents_missing"] == (",".join(missing) or None)
    if state.is_approved:
        assert row["waiting_for"] == ("closing" if state.paid >= state.approved else "payment")
    elif state.requested:
        assert (row["stage"], row["level"]) == ("approval_requested", state.requested)
    elif state.assessed is not None:
        assert row["level"] == next_level(state, DEFAULT_APPROVAL_LEVELS)
