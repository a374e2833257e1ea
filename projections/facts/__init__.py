"""Every fact, in the order in which the projector applies a batch."""

from projections.facts.agent_moves import AgentMove
from projections.facts.call_purposes import CallPurpose
from projections.facts.callbacks import Callback
from projections.facts.calls import Call
from projections.facts.complaint_liabilities import ComplaintLiability
from projections.facts.complaints import Complaint
from projections.facts.customer_classes import CustomerClass
from projections.facts.customer_links import CustomerLink
from projections.facts.customer_ratings import CustomerRating
from projections.facts.customers import Customer
from projections.facts.member_tiers import MemberTier
from projections.facts.members import Member
from projections.facts.organisation_rules import OrganisationRule
from projections.facts.row import Row
from projections.facts.spec import FactSpec, spec
from projections.facts.unit_moves import UnitMove
from projections.facts.units import Unit
from projections.facts.volumes import Volume

FACTS: tuple[type[Row], ...] = (
    OrganisationRule,
    Unit,
    UnitMove,
    AgentMove,
    Volume,
    Customer,
    CustomerClass,
    CustomerLink,
    CustomerRating,
    Call,
    CallPurpose,
    Complaint,
    ComplaintLiability,
    Callback,
    Member,
    MemberTier,
)

SPECS: dict[str, FactSpec] = {fact.NAME: spec(fact) for fact in FACTS}
