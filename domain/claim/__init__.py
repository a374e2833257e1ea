"""The stream `claim`: its events, state, rules and decisions."""

from domain.claim.events import (
    ClaimApprovalRequested,
    ClaimApproved,
    ClaimAssessed,
    ClaimClosed,
    ClaimCustomerNotified,
    ClaimDelegated,
    ClaimDelegationCompleted,
    ClaimDelegationSettled,
    ClaimDispatched,
    ClaimDocumentReceived,
    ClaimPaid,
    ClaimRecovered,
    ClaimRejected,
    ClaimReopened,
    ClaimReported,
    ClaimWithdrawn,
)

__all__ = [
    "ClaimApprovalRequested",
    "ClaimApproved",
    "ClaimAssessed",
    "ClaimClosed",
    "ClaimCustomerNotified",
    "ClaimDelegated",
    "ClaimDelegationCompleted",
    "ClaimDelegationSettled",
    "ClaimDispatched",
    "ClaimDocumentReceived",
    "ClaimPaid",
    "ClaimRecovered",
    "ClaimRejected",
    "ClaimReopened",
    "ClaimReported",
    "ClaimWithdrawn",
]
