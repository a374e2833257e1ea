"""Claims and everything below them, as the clerk writes them."""

from decimal import Decimal
from typing import Any

from domain.envelope import Event
from tests.projections.oracle.clerk import (
    Clerk,
    Key,
    StreamClerk,
    at,
    count,
    earliest,
    field,
    fields,
    latest,
    only,
)

CLAIM_TOPICS = (
    "claim.reported",
    "claim.dispatched",
    "claim.delegated",
    "claim.document_received",
    "claim.assessed",
    "claim.approval_requested",
    "claim.approved",
    "claim.rejected",
    "claim.paid",
    "claim.customer_notified",
    "claim.recovered",
    "claim.withdrawn",
    "claim.closed",
    "claim.reopened",
)
FROM_THE_REPORT = (
    "line",
    "channel",
    "cause",
    "product",
    "customer_class",
    "event_code",
    "unit",
    "customer_id",
    "tier",
)


def total(events: list[Event], name: str) -> Decimal | None:
    """Add up a field of these events; None where there are none."""
    return sum((field(event, name) for event in events), Decimal(0)) if events else None


def _claim_key(event: Event) -> Key:
    return (event.originator_id,)


def _claim(events: list[Event]) -> dict[str, Any]:
    return {**_report(events), **_survey(events), **_approval(events), **_money(events), **_end(events)}


def _report(events: list[Event]) -> dict[str, Any]:
    reported = earliest(events, "claim.reported")
    return {
        **fields(reported, *FROM_THE_REPORT, "agent_id", "campaign_id", "subject_id", "source", "loss_on"),
        "claimed_amount": field(reported, "amount_claimed"),
        "reported_at": at(reported),
    }


def _survey(events: list[Event]) -> dict[str, Any]:
    dispatched = earliest(events, "claim.dispatched")
    assessed = latest(events, "claim.assessed")
    return {
        **fields(dispatched, "surveyor", "response_ms", "repair_shop", "brand"),
        "dispatched_at": at(dispatched),
        "dispatches": count(events, "claim.dispatched"),
        "delegations": count(events, "claim.delegated"),
        "documents": count(events, "claim.document_received"),
        "last_document_at": at(latest(events, "claim.document_received")),
        "assessed_amount": field(assessed, "amount"),
        "assessed_at": at(assessed),
    }


def _approval(events: list[Event]) -> dict[str, Any]:
    requested = latest(events, "claim.approval_requested")
    final = only(events, "claim.approved", final=True)
    first = final[0] if final else None
    return {
        "requested_level": field(requested, "level"),
        "requested_at": at(requested),
        "approvals": count(events, "claim.approved"),
        "approved_amount": total(final, "amount"),
        "over_limit_amount": total(final, "over_limit_amount"),
        "approved_level": field(first, "level"),
        "approved_at": at(first),
    }


def _money(events: list[Event]) -> dict[str, Any]:
    return {
        "payments": count(events, "claim.paid"),
        "paid_amount": total(only(events, "claim.paid"), "amount"),
        "first_paid_at": at(earliest(events, "claim.paid")),
        "last_paid_at": at(latest(events, "claim.paid")),
        "notified_at": at(latest(events, "claim.customer_notified")),
        "recovered_amount": total(only(events, "claim.recovered"), "amount"),
    }


def _end(events: list[Event]) -> dict[str, Any]:
    """Only what came after the last reopening ends the claim as it stands."""
    reopenings = [n for n, event in enumerate(events) if event.TOPIC == "claim.reopened"]
    since = events[reopenings[-1] + 1 :] if reopenings else events
    rejected = latest(since, "claim.rejected")
    return {
        "rejected_for": field(rejected, "reason"),
        "rejected_at": at(rejected),
        "withdrawn_at": at(latest(since, "claim.withdrawn")),
        "closed_at": at(latest(since, "claim.closed")),
        "ended_at": at(latest(since, "claim.closed", "claim.withdrawn", "claim.rejected")),
        "reopened_at": at(latest(events, "claim.reopened")),
        "reopens": count(events, "claim.reopened"),
    }


def _document(events: list[Event]) -> dict[str, Any]:
    received = earliest(events, "claim.document_received")
    return {**fields(received, "kind", "unit", "agent_id", "customer_id"), "received_at": at(received)}


def _document_key(event: Event) -> Key:
    return (event.originator_id, event.originator_version)


def _steps(name: str, topic: str, *own: str, time: str) -> StreamClerk:
    """One row for each event of a topic, which says of the claim what its report said."""

    def rows(events: list[Event]) -> dict[Key, dict[str, Any]]:
        reported = earliest(events, "claim.reported")
        return {
            (step.originator_version,): {
                **fields(reported, *FROM_THE_REPORT),
                **fields(step, *own),
                time: at(step),
            }
            for step in only(events, topic)
        }

    return StreamClerk(name=name, keys=("claim", "version"), topics=("claim.reported", topic), rows=rows)


DELEGATION = ("claim.delegated", "claim.delegation_completed", "claim.delegation_settled")


def _delegations(events: list[Event]) -> dict[Key, dict[str, Any]]:
    reported = earliest(events, "claim.reported")
    ids = dict.fromkeys(field(event, "delegation_id") for event in only(events, *DELEGATION))
    return {
        (one,): {
            **fields(reported, *FROM_THE_REPORT),
            **_delegation(only(events, *DELEGATION, delegation_id=one)),
        }
        for one in ids
    }


def _delegation(events: list[Event]) -> dict[str, Any]:
    delegated = earliest(events, "claim.delegated")
    completed = latest(events, "claim.delegation_completed")
    settled = latest(events, "claim.delegation_settled")
    return {
        **fields(delegated, "kind", "from_unit", "to_unit", "relation", "due_at", "fee_due"),
        "delegated_at": at(delegated),
        "documents_complete": field(completed, "documents_complete"),
        "completed_at": at(completed),
        "settled_amount": field(settled, "amount"),
        "settled_at": at(settled),
    }


CLAIMS = Clerk(name="claims", keys=("claim",), topics=CLAIM_TOPICS, key=_claim_key, columns=_claim)
CLAIM_DOCUMENTS = Clerk(
    name="claim_documents",
    keys=("claim", "version"),
    topics=("claim.document_received",),
    key=_document_key,
    columns=_document,
)
CLAIM_PARTS = (
    _steps(
        "claim_approvals",
        "claim.approved",
        *("level", "amount", "over_limit_amount", "final", "agent_id"),
        time="approved_at",
    ),
    _steps("claim_payments", "claim.paid", "amount", "agent_id", time="paid_at"),
    _steps("claim_recoveries", "claim.recovered", "amount", "payer", time="recovered_at"),
    _steps(
        "claim_dispatches",
        "claim.dispatched",
        *("surveyor", "response_ms", "repair_shop", "brand", "agent_id"),
        time="dispatched_at",
    ),
    StreamClerk(
        name="claim_delegations",
        keys=("claim", "delegation_id"),
        topics=("claim.reported", *DELEGATION),
        rows=_delegations,
    ),
)
