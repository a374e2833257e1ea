"""Every derived fact: rows made when reading, from several facts or from one fact at several moments."""

from projections.metrics.derived.agent_leavings import AGENT_LEAVINGS
from projections.metrics.derived.campaign_outcomes import CAMPAIGN_OUTCOMES
from projections.metrics.derived.cancellation_requests import CANCELLATION_REQUESTS
from projections.metrics.derived.claim_durations import (
    CLAIM_CLOSINGS,
    CLAIM_FIRST_APPROVALS,
    CLAIM_FIRST_PAYMENTS,
)
from projections.metrics.derived.cohort_members import COHORT_MEMBERS
from projections.metrics.derived.contacted_customers import CONTACTED_CUSTOMERS
from projections.metrics.derived.contract_ends import CONTRACT_ENDS
from projections.metrics.derived.customer_bundles import CUSTOMER_BUNDLES
from projections.metrics.derived.customer_periods import CUSTOMER_MONTHS, CUSTOMER_PERIODS
from projections.metrics.derived.derived import Derived
from projections.metrics.derived.developed_lots import DEVELOPED_LOTS
from projections.metrics.derived.directed_delegations import COMPLETED_DELEGATIONS, DUE_DELEGATIONS
from projections.metrics.derived.due_requests import DUE_REQUESTS
from projections.metrics.derived.entitled_members import ENTITLED_MEMBERS
from projections.metrics.derived.handled_purposes import HANDLED_PURPOSES
from projections.metrics.derived.hidden_complaints import HIDDEN_COMPLAINTS
from projections.metrics.derived.open_claims import OPEN_CLAIMS
from projections.metrics.derived.open_complaints import OPEN_COMPLAINTS
from projections.metrics.derived.owned_ratings import OWNED_RATINGS
from projections.metrics.derived.payable_approvals import PAYABLE_APPROVALS
from projections.metrics.derived.reattributed_complaints import REATTRIBUTED
from projections.metrics.derived.redeeming_members import REDEEMING_MEMBERS
from projections.metrics.derived.registered_claims import REGISTERED_CLAIMS
from projections.metrics.derived.repeated_matters import REPEATED_MATTERS
from projections.metrics.derived.review_scores import REVIEW_SCORES
from projections.metrics.derived.routed_claims import ROUTED_CLAIMS
from projections.metrics.derived.sales_contacts import SALES_CONTACTS
from projections.metrics.derived.valued_lots import VALUED_LOTS
from projections.metrics.derived.warnings_due import WARNINGS_DUE
from projections.metrics.derived.whole_complaints import WHOLE_COMPLAINTS, WHOLE_LIABILITIES, whole_of

DERIVED_FACTS: tuple[Derived, ...] = (
    HANDLED_PURPOSES,
    AGENT_LEAVINGS,
    REVIEW_SCORES,
    OWNED_RATINGS,
    HIDDEN_COMPLAINTS,
    OPEN_COMPLAINTS,
    REPEATED_MATTERS,
    *REATTRIBUTED,
    *map(whole_of, REATTRIBUTED),
    WHOLE_COMPLAINTS,
    WHOLE_LIABILITIES,
    CLAIM_CLOSINGS,
    CLAIM_FIRST_APPROVALS,
    CLAIM_FIRST_PAYMENTS,
    REGISTERED_CLAIMS,
    OPEN_CLAIMS,
    ROUTED_CLAIMS,
    DUE_DELEGATIONS,
    COMPLETED_DELEGATIONS,
    PAYABLE_APPROVALS,
    DUE_REQUESTS,
    SALES_CONTACTS,
    CUSTOMER_PERIODS,
    CUSTOMER_MONTHS,
    CUSTOMER_BUNDLES,
    COHORT_MEMBERS,
    CONTRACT_ENDS,
    CANCELLATION_REQUESTS,
    WARNINGS_DUE,
    CAMPAIGN_OUTCOMES,
    CONTACTED_CUSTOMERS,
    DEVELOPED_LOTS,
    ENTITLED_MEMBERS,
    REDEEMING_MEMBERS,
    VALUED_LOTS,
)

DERIVED: dict[str, Derived] = {derived.name: derived for derived in DERIVED_FACTS}
"""By name; a derived fact is never stored, and its measures have no stored sums."""
