"""Which moments of which facts a customer's timeline tells of, and what it says of each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Moment:
    """A time column of a fact, the topic of what happened then, and the columns that say what it was."""

    fact: str
    at: str
    topic: str
    says: tuple[str, ...] = ()


PARENTS = {
    "calls": "offered_at",
    "complaints": "filed_at",
    "callbacks": "scheduled_at",
    "requests": "raised_at",
    "claims": "reported_at",
    "members": "enrolled_at",
}
"""Facts that name the customer of a stream, and when that began: what else the stream tells goes with it."""

OWN = (
    Moment("customers", "registered_at", "customer.registered", ("tier",)),
    Moment("customers", "erased_at", "customer.erased"),
    Moment("customer_classes", "classified_at", "customer.classified", ("scheme", "value")),
    Moment("customer_links", "linked_at", "customer.linked", ("to",)),
    Moment("customer_links", "released_at", "customer.number_released"),
    Moment(
        "contracts",
        "signed_at",
        "customer.contract_signed",
        ("contract_id", "product", "bundle", "ends_at"),
    ),
    Moment("contracts", "ended_at", "customer.contract_ended", ("contract_id", "product")),
    Moment("usage_months", "told_at", "customer.usage_recorded", ("period_start", "spend", "plan")),
    Moment("warnings", "warned_at", "customer.warned", ("kind", "due_at")),
    Moment("manager_assignments", "assigned_at", "customer.manager_assigned", ("role", "manager_id")),
    Moment("contacts", "contacted_at", "customer.contacted", ("channel", "purpose", "campaign_id")),
    Moment("retention_actions", "taken_at", "customer.retention_action_taken", ("kind", "outcome")),
    Moment("rating_requests", "requested_at", "customer.rating_requested", ("survey",)),
    Moment(
        "customer_ratings",
        "rated_at",
        "customer.rated",
        ("survey", "process", "score", "scale", "satisfied", "reason"),
    ),
    Moment("dissatisfactions", "dissatisfied_at", "customer.dissatisfied", ("process", "reason")),
    Moment("dissatisfactions", "repaired_at", "customer.repaired", ("process", "repaired_how")),
    Moment("consents", "changed_at", "customer.consent_changed", ("purpose", "granted", "basis")),
    Moment("campaign_assignments", "assigned_at", "customer.campaign_assigned", ("campaign_id", "arm")),
    Moment("campaign_assignments", "responded_at", "customer.campaign_responded", ("campaign_id", "answer")),
    Moment("churns", "churned_at", "customer.churned", ("reason", "to_competitor")),
    Moment("churns", "won_back_at", "customer.won_back"),
)
"""What the customer's own streams tell."""

SERVICE = (
    Moment("calls", "offered_at", "call.offered", ("direction", "channel", "hotline", "purpose")),
    Moment("calls", "outcome_at", "call.outcome", ("outcome", "flow_kind", "wait_ms")),
    Moment("calls", "key_pressed_at", "call.complaint_key_pressed"),
    Moment("calls", "ended_at", "call.ended", ("talk_ms", "resolved")),
    Moment("calls", "rated_at", "call.rated", ("rating_score", "rating_scale", "rating_satisfied")),
    Moment("complaints", "filed_at", "complaint.filed", ("kind", "channel", "category", "subcategory")),
    Moment("complaint_assignments", "assigned_at", "complaint.assigned", ("to_unit",)),
    Moment("complaints", "first_replied_at", "complaint.replied"),
    Moment("complaints", "escalated_at", "complaint.escalated", ("escalated_to",)),
    Moment("complaint_promises", "promised_at", "complaint.promised", ("solution_due_at",)),
    Moment(
        "complaint_liabilities",
        "attributed_at",
        "complaint.liability_attributed",
        ("party", "share", "rule"),
    ),
    Moment("complaint_appeals", "appealed_at", "complaint.appealed", ("appellant",)),
    Moment("complaint_appeals", "arbitrated_at", "complaint.arbitrated", ("outcome",)),
    Moment("complaints", "regulator_at", "complaint.arbitrated", ("regulator_outcome",)),
    Moment("complaints", "resolved_at", "complaint.resolved", ("resolved_outcome",)),
    Moment(
        "complaints",
        "last_follow_up_at",
        "complaint.follow_up_recorded",
        ("last_follow_up_reached", "last_follow_up_resolved"),
    ),
    Moment("complaints", "reopened_at", "complaint.reopened"),
    Moment("complaints", "closed_at", "complaint.closed"),
    Moment("callbacks", "scheduled_at", "callback.scheduled", ("purpose", "due_at")),
    Moment("callbacks", "suppressed_at", "callback.suppressed", ("suppressed_for",)),
    Moment("callback_attempts", "attempted_at", "callback.attempted", ("reached",)),
    Moment("callbacks", "answered_at", "callback.answered", ("satisfied", "score", "scale", "reason")),
    Moment("callback_findings", "found_at", "callback.found", ("finding",)),
    Moment("callbacks", "expired_at", "callback.expired"),
    Moment("callbacks", "cancelled_at", "callback.cancelled"),
    Moment("requests", "raised_at", "request.raised", ("kind", "channel", "amount", "due_at")),
    Moment("requests", "handed_over_at", "request.handed_over", ("handed_over_to",)),
    Moment("requests", "returned_at", "request.returned", ("returned_for",)),
    Moment("requests", "fulfilled_at", "request.fulfilled", ("fulfilled_amount",)),
    Moment("requests", "cancelled_at", "request.cancelled", ("cancelled_for",)),
)
"""Calls, complaints, callbacks and requests."""

CLAIMS_AND_POINTS = (
    Moment("claims", "reported_at", "claim.reported", ("line", "channel", "cause", "claimed_amount")),
    Moment("claims", "dispatched_at", "claim.dispatched", ("surveyor", "repair_shop")),
    Moment("claim_documents", "received_at", "claim.document_received", ("kind",)),
    Moment("claims", "assessed_at", "claim.assessed", ("assessed_amount",)),
    Moment("claim_approvals", "approved_at", "claim.approved", ("level", "amount", "final")),
    Moment("claims", "rejected_at", "claim.rejected", ("rejected_for",)),
    Moment("claim_payments", "paid_at", "claim.paid", ("amount",)),
    Moment("claims", "notified_at", "claim.customer_notified"),
    Moment("claims", "withdrawn_at", "claim.withdrawn"),
    Moment("claims", "closed_at", "claim.closed"),
    Moment("claims", "reopened_at", "claim.reopened"),
    Moment("member_tiers", "moved_at", "member.tier", ("move", "tier", "to_tier")),
    Moment("member_lots", "earned_at", "member.points_earned", ("earned", "reason", "expires_at")),
    Moment("point_redemptions", "redeemed_at", "member.points_redeemed", ("points", "venue", "item")),
    Moment("point_adjustments", "adjusted_at", "member.points_adjusted", ("kind", "points")),
    Moment("entitlements", "granted_at", "member.entitled", ("kind", "quantity", "until")),
    Moment("club_visits", "visited_at", "member.club_visited", ("kind", "guests", "settled_by")),
)
"""Claims, memberships, points and clubs."""

MOMENTS = (*OWN, *SERVICE, *CLAIMS_AND_POINTS)
