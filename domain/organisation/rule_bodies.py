"""What the bodies of the rules say, kind by kind, and what holds where none is configured."""

from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec

from domain.organisation.calendars import Calendar
from domain.organisation.churn_models import AdoptedChurnModel
from domain.organisation.claim_rules import ApprovalLevels, DocumentList, OnlineAgeLimit
from domain.organisation.programme import Programme
from domain.organisation.rankings import Ranking
from domain.organisation.score_cards import ScoreCard
from domain.organisation.segments import Segment
from domain.organisation.staffing import StaffingTarget

Zone = str
LiabilityRule = Literal["own_overrun", "positive_overrun", "against_clock", "first_late"]
RecordingRule = Literal["key_pressed_always", "explanation_not_accepted"]

# Partner ids of repair shops, without `partner-`, by the brand of the car.
RepairRouting = dict[str, frozenset[str]]

ANY_PURPOSE = "any"


class Ladder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom a complaint goes to next, lowest level first, for units of these kinds."""

    levels: tuple[str, ...]
    unit_kinds: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse a ladder of nothing, and a level that comes twice."""
        if not self.levels or len(set(self.levels)) < len(self.levels):
            raise ValueError("a ladder has levels, and each of them once")


class ContactCap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At most `limit` outbound contacts in `days` days, for one purpose or any."""

    limit: int
    days: int
    purpose: str = ANY_PURPOSE


UPPER_LEVELS = ("region", "business_unit", "vice_president", "president")

DEFAULT_LADDERS = {
    "sales": Ladder(levels=("store", "route_district", *UPPER_LEVELS), unit_kinds=("store",)),
    "operations": Ladder(levels=("depot_dispatcher", "depot_manager", *UPPER_LEVELS), unit_kinds=("depot",)),
    "platform": Ladder(
        levels=("platform_manager", "department_fleet_or_district_manager", *UPPER_LEVELS),
        unit_kinds=("platform",),
    ),
}
DEFAULT_LIMITS = {"unreached_limit": 2, "failed_limit": 2, "no_solution_minutes": 30}
DEFAULT_ZONE = "Asia/Shanghai"
DEFAULT_LIABILITY_RULE: LiabilityRule = "own_overrun"
DEFAULT_LIABLE_PARTIES = frozenset({"operations", "sales", "group"})
DEFAULT_RECORDING_RULE: RecordingRule = "explanation_not_accepted"
DEFAULT_CONTACT_CAP = ContactCap(limit=3, days=30)

# Kinds that are not listed are kept as they are told.
BODY_TYPES: dict[str, Any] = {
    "zone": Zone,
    "limit": int,
    "grave_categories": frozenset[str],
    "ladder": Ladder,
    "liability": LiabilityRule,
    "liable_parties": frozenset[str],
    "recording": RecordingRule,
    "contact_cap": ContactCap,
    "contact_exemptions": frozenset[str],
    "lawful_bases": frozenset[str],
    "classification_schemes": frozenset[str],
    "callback_term": Annotated[int, msgspec.Meta(ge=0)],
    "programme": Programme,
    "approval_levels": ApprovalLevels,
    "document_list": DocumentList,
    "online_limit": Decimal,
    "online_age_limit": OnlineAgeLimit,
    "process_owner": str,
    "repair_routing": RepairRouting,
    "calendar": Calendar,
    "score_card": ScoreCard,
    "segment": Segment,
    "ranking": Ranking,
    "churn_model": AdoptedChurnModel,
    "staffing": StaffingTarget,
    "settled_sources": tuple[str, ...],
    # The id of the definition under which the metric of that name is reported.
    "definition": str,
}
