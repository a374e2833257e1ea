"""Campaigns and who is in them, as the clerk writes them."""

from typing import Any

from domain.envelope import Event
from tests.projections.oracle.clerk import Clerk, Key, at, count, earliest, field, fields, latest


def _campaign_key(event: Event) -> Key:
    return (event.originator_id,)


def _campaign(events: list[Event]) -> dict[str, Any]:
    launched = earliest(events, "campaign.launched")
    return {
        **fields(launched, "kind", "control_share", "ends_at", "unit"),
        "launched_at": at(launched),
        "ended_at": at(latest(events, "campaign.ended")),
    }


def _assignment_key(event: Event) -> Key:
    return (event.originator_id, field(event, "campaign_id"))


def _assignment(events: list[Event]) -> dict[str, Any]:
    assigned = earliest(events, "customer.campaign_assigned")
    return {
        **fields(assigned, "arm", "unit", "tier"),
        "assigned_at": at(assigned),
        "responded_at": at(earliest(events, "customer.campaign_responded")),
        "answer": field(latest(events, "customer.campaign_responded"), "answer"),
        "responses": count(events, "customer.campaign_responded"),
    }


CAMPAIGNS = Clerk(
    name="campaigns",
    keys=("campaign",),
    topics=("campaign.launched", "campaign.ended"),
    key=_campaign_key,
    columns=_campaign,
)
CAMPAIGN_ASSIGNMENTS = Clerk(
    name="campaign_assignments",
    keys=("customer", "campaign_id"),
    topics=("customer.campaign_assigned", "customer.campaign_responded"),
    key=_assignment_key,
    columns=_assignment,
)
