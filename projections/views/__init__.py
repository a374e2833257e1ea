"""Every view, read top to bottom."""

from projections.views.campaign_results import CAMPAIGN_RESULTS
from projections.views.churn_risk import CHURN_RISK
from projections.views.claim_progress import CLAIM_PROGRESS
from projections.views.club_participation import CLUB_PARTICIPATION
from projections.views.complaint_loop import COMPLAINT_LOOP
from projections.views.complaint_surges import COMPLAINT_SURGES
from projections.views.contact_governance import CONTACT_GOVERNANCE
from projections.views.customer_360 import CUSTOMER_360
from projections.views.delegated_surveys import DELEGATED_SURVEYS
from projections.views.delegation_fees import DELEGATION_FEES
from projections.views.dissatisfied_customers import DISSATISFIED_CUSTOMERS
from projections.views.early_warnings import EARLY_WARNINGS
from projections.views.entitlement_holders import ENTITLEMENT_HOLDERS
from projections.views.entitlements_left import ENTITLEMENTS_LEFT
from projections.views.expiring_points import EXPIRING_POINTS
from projections.views.hidden_complaints import HIDDEN_COMPLAINT_SHARES, HIDDEN_COMPLAINTS
from projections.views.high_value_retention import HIGH_VALUE_RETENTION
from projections.views.hot_topics import HOT_TOPICS
from projections.views.lost_against_stayed import LOST_AGAINST_STAYED
from projections.views.lost_customers import LOST_CUSTOMERS
from projections.views.member_standings import MEMBER_STANDINGS
from projections.views.partner_settlement import PARTNER_SETTLEMENT
from projections.views.point_redemption import POINT_REDEMPTION
from projections.views.points_liability import POINTS_LIABILITY
from projections.views.prospects import PROSPECTS
from projections.views.redemption_coverage import REDEMPTION_COVERAGE
from projections.views.request_progress import REQUEST_PROGRESS
from projections.views.satisfaction_scores import SATISFACTION_SCORES
from projections.views.segments.day_views import SEGMENT_MEMBERS, SEGMENTS
from projections.views.sensitive_customers import SENSITIVE_CUSTOMERS
from projections.views.staffing_need import STAFFING_NEED
from projections.views.stage_standards import STAGE_STANDARDS
from projections.views.tier_moves import TIER_MOVES
from projections.views.unit_ranking import UNIT_RANKING
from projections.views.view import View

VIEWS: tuple[View, ...] = (
    CUSTOMER_360,
    SENSITIVE_CUSTOMERS,
    PROSPECTS,
    LOST_CUSTOMERS,
    LOST_AGAINST_STAYED,
    DISSATISFIED_CUSTOMERS,
    CHURN_RISK,
    SEGMENT_MEMBERS,
    SEGMENTS,
    HIGH_VALUE_RETENTION,
    EARLY_WARNINGS,
    CAMPAIGN_RESULTS,
    CONTACT_GOVERNANCE,
    SATISFACTION_SCORES,
    COMPLAINT_LOOP,
    HIDDEN_COMPLAINT_SHARES,
    HIDDEN_COMPLAINTS,
    STAGE_STANDARDS,
    COMPLAINT_SURGES,
    POINT_REDEMPTION,
    REDEMPTION_COVERAGE,
    POINTS_LIABILITY,
    EXPIRING_POINTS,
    UNIT_RANKING,
    HOT_TOPICS,
    CLUB_PARTICIPATION,
    ENTITLEMENT_HOLDERS,
    ENTITLEMENTS_LEFT,
    PARTNER_SETTLEMENT,
    REQUEST_PROGRESS,
    DELEGATED_SURVEYS,
    DELEGATION_FEES,
    STAFFING_NEED,
    MEMBER_STANDINGS,
    TIER_MOVES,
    CLAIM_PROGRESS,
)
