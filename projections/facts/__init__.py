"""Every fact, in the order in which the projector applies a batch."""

from projections.facts.agent_coachings import AgentCoaching
from projections.facts.agent_days import AgentDay
from projections.facts.agent_moves import AgentMove
from projections.facts.agents import Agent
from projections.facts.call_purposes import CallPurpose
from projections.facts.call_reviews import CallReview
from projections.facts.callback_attempts import CallbackAttempt
from projections.facts.callback_findings import CallbackFinding
from projections.facts.callbacks import Callback
from projections.facts.calls import Call
from projections.facts.campaign_assignments import CampaignAssignment
from projections.facts.campaigns import Campaign
from projections.facts.churns import Churn
from projections.facts.claim_approvals import ClaimApproval
from projections.facts.claim_delegations import ClaimDelegation
from projections.facts.claim_dispatches import ClaimDispatch
from projections.facts.claim_documents import ClaimDocument
from projections.facts.claim_payments import ClaimPayment
from projections.facts.claim_recoveries import ClaimRecovery
from projections.facts.claims import Claim
from projections.facts.club_visits import ClubVisit
from projections.facts.complaint_appeals import ComplaintAppeal
from projections.facts.complaint_assignments import ComplaintAssignment
from projections.facts.complaint_clocks import ComplaintClock
from projections.facts.complaint_liabilities import ComplaintLiability
from projections.facts.complaint_penalties import ComplaintPenalty
from projections.facts.complaint_promises import ComplaintPromise
from projections.facts.complaint_stages import ComplaintStage
from projections.facts.complaint_steps import ComplaintStep
from projections.facts.complaint_turns import ComplaintTurn
from projections.facts.complaints import Complaint
from projections.facts.consents import Consent
from projections.facts.contacts import Contact
from projections.facts.contract_turns import ContractTurn
from projections.facts.contracts import Contract
from projections.facts.customer_classes import CustomerClass
from projections.facts.customer_links import CustomerLink
from projections.facts.customer_ratings import CustomerRating
from projections.facts.customers import Customer
from projections.facts.dissatisfactions import Dissatisfaction
from projections.facts.entitlements import Entitlement
from projections.facts.manager_assignments import ManagerAssignment
from projections.facts.member_lots import MemberLot
from projections.facts.member_tiers import MemberTier
from projections.facts.members import Member
from projections.facts.organisation_rules import OrganisationRule
from projections.facts.partner_grades import PartnerGrade
from projections.facts.partner_inspections import PartnerInspection
from projections.facts.partners import Partner
from projections.facts.point_adjustments import PointAdjustment
from projections.facts.point_redemptions import PointRedemption
from projections.facts.published_figures import PublishedFigure
from projections.facts.rating_requests import RatingRequest
from projections.facts.requests import Request
from projections.facts.retention_actions import RetentionAction
from projections.facts.row import Row
from projections.facts.spec import FactSpec, spec
from projections.facts.targets import Target
from projections.facts.unit_inspections import UnitInspection
from projections.facts.unit_moves import UnitMove
from projections.facts.units import Unit
from projections.facts.usage_months import UsageMonth
from projections.facts.volumes import Volume
from projections.facts.warnings import EarlyWarning

FACTS: tuple[type[Row], ...] = (
    OrganisationRule,
    Unit,
    UnitMove,
    UnitInspection,
    AgentMove,
    Agent,
    AgentDay,
    AgentCoaching,
    PartnerInspection,
    Volume,
    Customer,
    CustomerClass,
    CustomerLink,
    CustomerRating,
    Contract,
    ContractTurn,
    UsageMonth,
    EarlyWarning,
    ManagerAssignment,
    Contact,
    RetentionAction,
    Dissatisfaction,
    Consent,
    Churn,
    CampaignAssignment,
    Campaign,
    RatingRequest,
    Call,
    CallPurpose,
    CallReview,
    Complaint,
    ComplaintClock,
    ComplaintTurn,
    ComplaintStep,
    ComplaintStage,
    ComplaintAssignment,
    ComplaintLiability,
    ComplaintAppeal,
    ComplaintPromise,
    ComplaintPenalty,
    Callback,
    CallbackAttempt,
    CallbackFinding,
    Member,
    MemberLot,
    PointRedemption,
    PointAdjustment,
    Entitlement,
    ClubVisit,
    Partner,
    PartnerGrade,
    MemberTier,
    Claim,
    ClaimApproval,
    ClaimPayment,
    ClaimRecovery,
    ClaimDispatch,
    ClaimDelegation,
    ClaimDocument,
    Request,
    Target,
    PublishedFigure,
)

SPECS: dict[str, FactSpec] = {fact.NAME: spec(fact) for fact in FACTS}
