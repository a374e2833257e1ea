"""Which roles read which rows, and whose personal text they see in the open: what is not named is refused."""

from collections.abc import Mapping

from graphql_api.permissions import READERS_OF_CALLS, READERS_OF_FIGURES
from projections.facts import SPECS
from projections.facts.spec import FactSpec
from projections.views import VIEWS
from projections.views.view import View

Roles = frozenset[str]

OVERSEERS = frozenset({"bi_reader", "privacy_officer", "admin"})
"""Who reads every row there is; of these only two see a name."""

SERVICE = frozenset({"service_manager", "service_desk"}) | OVERSEERS
CASES = SERVICE | {"account_manager"}
"""What customers asked, complained of and claimed: an account manager sees that of their own."""
CUSTOMERS = CASES | {"marketing"}
MEMBERS = CUSTOMERS | {"club_manager"}
RETENTION = frozenset({"marketing", "account_manager", "service_manager"}) | OVERSEERS
SEGMENTS = RETENTION - {"service_manager"} | {"club_manager"}
STAFF = frozenset({"service_manager"}) | OVERSEERS
PARTNERS = frozenset({"club_manager", "marketing", "service_manager"}) | OVERSEERS

READERS_OF_STREAMS: Mapping[str, Roles] = {
    "call": CASES,
    "agent": STAFF,
    "unit": READERS_OF_FIGURES,
    "complaint": CASES,
    "callback": CASES,
    "request": CASES,
    "claim": CASES,
    "member": MEMBERS,
    "partner": PARTNERS,
    "customer": CUSTOMERS,
    "campaign": RETENTION | {"club_manager"},
    "volume": READERS_OF_FIGURES,
    "target": READERS_OF_FIGURES,
    "organisation": READERS_OF_FIGURES,
}
"""By the stream that a fact's rows lie in."""

READERS_OF_VIEWS: Mapping[str, Roles] = {
    "customer_360": CUSTOMERS,
    "sensitive_customers": CUSTOMERS,
    "prospects": RETENTION,
    "lost_customers": RETENTION,
    "lost_against_stayed": READERS_OF_FIGURES,
    "dissatisfied_customers": CUSTOMERS,
    "churn_risk": RETENTION,
    "segment_members": SEGMENTS,
    "segments": SEGMENTS,
    "high_value_retention": READERS_OF_FIGURES,
    "early_warnings": CUSTOMERS,
    "campaign_results": RETENTION | {"club_manager"},
    "contact_governance": RETENTION,
    "satisfaction_scores": READERS_OF_FIGURES,
    "complaint_loop": CASES,
    "hidden_complaint_shares": READERS_OF_FIGURES,
    "hidden_complaints": CASES,
    "stage_standards": READERS_OF_FIGURES,
    "complaint_surges": READERS_OF_FIGURES,
    "point_redemption": READERS_OF_FIGURES,
    "redemption_coverage": READERS_OF_FIGURES,
    "points_liability": READERS_OF_FIGURES,
    "expiring_points": MEMBERS,
    "unit_ranking": READERS_OF_FIGURES,
    "hot_topics": READERS_OF_FIGURES,
    "club_participation": READERS_OF_FIGURES,
    "entitlement_holders": READERS_OF_FIGURES,
    "entitlements_left": MEMBERS,
    "partner_settlement": READERS_OF_FIGURES,
    "request_progress": CASES,
    "delegated_surveys": SERVICE,
    "delegation_fees": READERS_OF_FIGURES,
    "staffing_need": READERS_OF_FIGURES,
    "member_standings": MEMBERS,
    "tier_moves": MEMBERS,
    "claim_progress": CASES,
}

READERS_OF_EXPLANATIONS = READERS_OF_CALLS
"""The rows behind a number; each sees only those of facts whose rows it may read."""

READERS_OF_ACCESS_LOG = frozenset({"privacy_officer", "admin"})

IN_THE_OPEN: Mapping[str, Roles] = {
    "name": frozenset({"service_desk", "service_manager", "account_manager", "privacy_officer", "admin"}),
    "phone": frozenset({"service_desk", "account_manager", "privacy_officer", "admin"}),
    "caller_number": frozenset({"service_desk", "account_manager", "privacy_officer", "admin"}),
    "narrative": frozenset({"service_desk", "service_manager", "privacy_officer", "admin"}),
    "id_number": frozenset({"privacy_officer", "admin"}),
}
"""Who sees personal text of a kind as it was told; everybody else sees it masked, or not at all."""


class NobodyReadsError(Exception):
    """A dataset names no roles, so nobody said who may read it."""

    def __init__(self, *, datasets: list[str]) -> None:
        super().__init__(f"these datasets name no readers in graphql_api/access/readers.py: {datasets}")


def readers_of_fact(fact: FactSpec) -> Roles:
    """Raises NobodyReadsError for a stream that nobody was named for."""
    if fact.stream not in READERS_OF_STREAMS:
        raise NobodyReadsError(datasets=[fact.name])
    return READERS_OF_STREAMS[fact.stream]


def readers_of_view(view: View) -> Roles:
    """Raises NobodyReadsError for a view that nobody was named for."""
    if view.name not in READERS_OF_VIEWS:
        raise NobodyReadsError(datasets=[view.name])
    return READERS_OF_VIEWS[view.name]


def check_readers() -> None:
    """Raises NobodyReadsError unless every fact and view names who reads it."""
    streams = [spec.name for spec in SPECS.values() if not READERS_OF_STREAMS.get(spec.stream)]
    views = [view.name for view in VIEWS if not READERS_OF_VIEWS.get(view.name)]
    if forgotten := streams + views:
        raise NobodyReadsError(datasets=forgotten)


def sees_in_the_open(role: str, kind: str) -> bool:
    return role in IN_THE_OPEN[kind]
