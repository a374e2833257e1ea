"""Lots, redemptions, entitlements and visits of a membership, as the clerk writes them from one stream.

What became of a lot is read from the domain's own ledger; a plainer clerk judges that in
`test_member_lots.py`.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from domain.envelope import Event
from domain.member.entitlements import Grant, granted_by, used
from domain.member.events import MemberClubVisited, MemberEntitled
from domain.member.ledger import ledger_of
from domain.member.lots import Ledger
from domain.member.terms import terms_of
from domain.organisation.rules import RuleBook
from tests.projections.oracle.clerk import Clerk, Key, StreamClerk, at, earliest, field, fields, only

POINTS = tuple(
    f"member.points_{what}" for what in ("earned", "redeemed", "drawn", "expired", "reversed", "refunded")
)
SPENDING = ("member.points_redeemed", "member.points_drawn", "member.points_reversed")
AGES = (3, 6, 12, 24, 36)
ZERO = Decimal(0)
NAMED = ("reason", "partner_id", "tier", "agent_id", "campaign_id")
Rows = dict[Key, dict[str, Any]]


def _enrolment(events: list[Event], own: Event | None) -> dict[str, Any]:
    """Programme as enrolled; customer and unit as the event itself says, else as enrolled."""
    enrolled = earliest(events, "member.enrolled")
    row = {"programme": field(enrolled, "programme")}
    for name in ("customer_id", "unit"):
        said = field(own, name)
        row[name] = field(enrolled, name) if said is None else said
    return row


def lots(events: list[Event]) -> Rows:
    """Every lot that an event names, and the overdraft lot of whoever spent."""
    enrolled = earliest(events, "member.enrolled")
    ledger = ledger_of(events, terms_of(RuleBook(), field(enrolled, "programme")))
    named: dict[str, Event] = {}
    for event in only(events, *POINTS):
        if field(event, "lot_id") is not None:
            named.setdefault(field(event, "lot_id"), event)
        if event.TOPIC in SPENDING:
            named.setdefault("overdraft", event)
    return {(lot_id,): _lot(lot_id, events, ledger, first) for lot_id, first in named.items()}


def _lot(lot_id: str, events: list[Event], ledger: Ledger, first: Event) -> dict[str, Any]:
    lot = ledger.lots.get(lot_id)
    counted = ("earned", "reversed", "drawn", "refunded", "expired", "balance")
    earnings = [
        event
        for event in only(events, "member.points_earned", lot_id=lot_id)
        if field(event, "points") > 0 and lot_id != "overdraft"
    ]
    earned_at = lot.earned_at if lot else None
    return {
        **{name: getattr(lot, name) if lot else ZERO for name in counted},
        **{name: getattr(lot, name) if lot else None for name in ("available_at", "expires_at")},
        "earned_at": earned_at,
        "opened_at": earned_at or at(first),
        **fields(earnings[0] if earnings else None, *NAMED),
        **_enrolment(events, first),
        **{f"drawn_in_{n}_months": _drawn_in(n, lot_id, earned_at, ledger) for n in AGES},
    }


def _drawn_in(months: int, lot_id: str, earned_at: datetime | None, ledger: Ledger) -> Decimal | None:
    if earned_at is None:
        return None
    return sum(
        (
            redemption.draws.get(lot_id, ZERO)
            for redemption in ledger.redemptions.values()
            if redemption.at < months_after(earned_at, months)
        ),
        ZERO,
    )


def months_after(moment: datetime, months: int) -> datetime:
    """The same day of a later month, or its last one."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    for day in range(moment.day, 0, -1):
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError(moment)


def redemptions(events: list[Event]) -> Rows:
    """One row per redemption that a redemption or a refund names."""
    rows: Rows = {}
    for event in only(events, "member.points_redeemed", "member.points_refunded"):
        name = field(event, "redemption_id")
        if (name,) not in rows:
            rows[(name,)] = _redemption(events, name)
    return rows


def _redemption(events: list[Event], name: str) -> dict[str, Any]:
    told = only(events, "member.points_redeemed", redemption_id=name)
    back = only(events, "member.points_refunded", redemption_id=name)
    first = told[0] if told else None
    owed = [field(event, "settlement_amount") for event in told]
    owed = [amount for amount in owed if amount is not None]
    enrolment = _enrolment(events, first) if first else dict.fromkeys(("programme", "customer_id", "unit"))
    return {
        "points": sum(field(event, "points") for event in told) if told else None,
        "refunded": sum(field(event, "points") for event in back) if back else None,
        "settlement_amount": sum(owed) if owed else None,
        **fields(first, "venue", "partner_id", "item", "tier", "agent_id", "campaign_id"),
        **enrolment,
        "redeemed_at": at(first),
    }


def adjustments(events: list[Event]) -> Rows:
    """One row per expiry, reversal and refund."""
    told = only(events, *(f"member.points_{kind}" for kind in ("expired", "reversed", "refunded")))
    return {
        (event.originator_version,): {
            "kind": event.TOPIC.removeprefix("member.points_"),
            **fields(event, "points", "lot_id", "tier", "campaign_id"),
            "of": field(event, "of"),
            "redemption_id": field(event, "redemption_id"),
            **_enrolment(events, event),
            "adjusted_at": at(event),
        }
        for event in told
    }


def entitlements(events: list[Event]) -> Rows:
    """One row per grant, with the uses that visits took from it: from the one that ends first."""
    grants: tuple[Grant, ...] = ()
    for event in events:
        if isinstance(event, MemberEntitled):
            grants = (*grants, granted_by(event))
        if isinstance(event, MemberClubVisited):
            grants = used(grants, event)
    told = only(events, "member.entitled")
    return {
        (event.originator_version,): {
            **fields(event, "kind", "quantity", "until", "tier", "campaign_id"),
            **_enrolment(events, event),
            "used": grant.used,
            "granted_at": at(event),
        }
        for event, grant in zip(told, grants, strict=True)
    }


def _visit(events: list[Event]) -> dict[str, Any]:
    visited = earliest(events, "member.club_visited")
    named = ("partner_id", "kind", "guests", "settled_by", "settlement_amount")
    return {
        **fields(visited, *named, "customer_id", "unit", "tier", "campaign_id"),
        "visited_at": at(visited),
    }


def _visit_key(event: Event) -> Key:
    return event.originator_id, event.originator_version


MEMBER_LOTS = StreamClerk(
    name="member_lots", keys=("member", "lot_id"), topics=("member.enrolled", *POINTS), rows=lots
)
POINT_REDEMPTIONS = StreamClerk(
    name="point_redemptions",
    keys=("member", "redemption_id"),
    topics=("member.enrolled", "member.points_redeemed", "member.points_refunded"),
    rows=redemptions,
)
POINT_ADJUSTMENTS = StreamClerk(
    name="point_adjustments",
    keys=("member", "version"),
    topics=(
        "member.enrolled",
        "member.points_expired",
        "member.points_reversed",
        "member.points_refunded",
    ),
    rows=adjustments,
)
ENTITLEMENTS = StreamClerk(
    name="entitlements",
    keys=("member", "version"),
    topics=("member.enrolled", "member.entitled", "member.club_visited"),
    rows=entitlements,
)
CLUB_VISITS = Clerk(
    name="club_visits",
    keys=("member", "version"),
    topics=("member.club_visited",),
    key=_visit_key,
    columns=_visit,
)
POINT_STREAMS = (MEMBER_LOTS, POINT_REDEMPTIONS, POINT_ADJUSTMENTS, ENTITLEMENTS)
