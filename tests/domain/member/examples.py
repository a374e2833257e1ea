"""One accepted example of every command on a membership, and what the tests of its decisions share."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from msgspec.structs import replace

from domain.envelope import Event
from domain.member import (
    MemberClubVisited,
    MemberEnrolled,
    MemberEntitled,
    MemberPointsDrawn,
    MemberPointsEarned,
    MemberPointsRedeemed,
    MemberTierChanged,
)
from domain.member.commands import (
    AccrueMemberPoints,
    ChangeMemberTier,
    CloseMember,
    DrawMemberPoints,
    EarnMemberPoints,
    EnrolMember,
    EntitleMember,
    ExtendMemberTier,
    RedeemMemberPoints,
    RefundMemberPoints,
    ReverseMemberPoints,
    SettleDueMember,
    VisitClub,
)
from domain.streams import MEMBER
from tests.examples import CUSTOMER, MEMBER_ID, NOW, PARTNER, YESTERDAY, rule, told
from tests.given import CommandExample, Given, given, said

LAST_MONTH = NOW - timedelta(days=30)

# The organisation's zone is Asia/Shanghai: the end of 28 February there.
END_OF_FEBRUARY = datetime(2026, 2, 28, 15, 59, 59, 999_999, tzinfo=UTC)

club = rule("programme", "club", '{"expiry":{"months":12}}')
with_overdraft = rule("programme", "club", '{"expiry":{"months":12},"overdraft":true}')
with_tiers = rule("programme", "club", '{"tiers":[{"name":"silver"},{"name":"gold","threshold":1000}]}')

with_accrual = rule(
    "programme",
    "club",
    '{"tiers":[{"name":"silver"},{"name":"gold","threshold":1000}],"accrual":{'
    '"bases":[{"activity":"spend","per":10,"rounding":{"mode":"floor"}}],'
    '"multipliers":[{"name":"gold","factor":1.5,"tiers":["gold"]}]}}',
)

enrolled = told(MemberEnrolled, at=LAST_MONTH, programme="club", tier="silver", customer_id=CUSTOMER)


def earned(
    lot_id: str,
    points: int | str,
    *,
    at: datetime = LAST_MONTH,
    available_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> MemberPointsEarned:
    """An earning, by default a month ago, to be spent at once and for ever."""
    return told(
        MemberPointsEarned,
        at=at,
        lot_id=lot_id,
        points=Decimal(points),
        reason="spend",
        available_at=available_at,
        expires_at=expires_at,
        customer_id=CUSTOMER,
    )


def redeemed(redemption_id: str, points: int | str, *, at: datetime = YESTERDAY) -> MemberPointsRedeemed:
    """A redemption, told without its draws."""
    return told(
        MemberPointsRedeemed,
        at=at,
        redemption_id=redemption_id,
        points=Decimal(points),
        venue="gift",
        customer_id=CUSTOMER,
    )


def drawn(
    redemption_id: str, lot_id: str, points: int | str, *, at: datetime = YESTERDAY
) -> MemberPointsDrawn:
    """A draw told with a redemption."""
    return told(
        MemberPointsDrawn,
        at=at,
        redemption_id=redemption_id,
        lot_id=lot_id,
        points=Decimal(points),
        customer_id=CUSTOMER,
    )


granted = told(
    MemberEntitled, kind="airport_lounge", quantity=2, until=NOW + timedelta(days=90), customer_id=CUSTOMER
)
visited = told(
    MemberClubVisited, partner_id=PARTNER, kind="airport_lounge", guests=0, settled_by="entitlement"
)
gold_until = told(
    MemberTierChanged,
    from_tier="silver",
    to_tier="gold",
    reason="granted",
    until=NOW + timedelta(days=90),
    customer_id=CUSTOMER,
)

enrol = EnrolMember(originator_id=MEMBER_ID, programme="club", tier="silver", customer_id=CUSTOMER)
earn = EarnMemberPoints(originator_id=MEMBER_ID, lot_id="a", points=Decimal(100), reason="spend")
accrue = AccrueMemberPoints(originator_id=MEMBER_ID, lot_id="a", activity="spend", amount=Decimal("1099.99"))
redeem = RedeemMemberPoints(originator_id=MEMBER_ID, redemption_id="r1", points=Decimal(60), venue="gift")
draw = DrawMemberPoints(originator_id=MEMBER_ID, redemption_id="r1", lot_id="b", points=Decimal(50))
refund = RefundMemberPoints(originator_id=MEMBER_ID, redemption_id="r1")
reverse = ReverseMemberPoints(originator_id=MEMBER_ID, of="a")
change_tier = ChangeMemberTier(originator_id=MEMBER_ID, to_tier="gold", reason="granted")
extend_tier = ExtendMemberTier(originator_id=MEMBER_ID, until=NOW + timedelta(days=180))
entitle = EntitleMember(
    originator_id=MEMBER_ID, kind="airport_lounge", quantity=6, until=NOW + timedelta(days=90)
)
visit = VisitClub(
    originator_id=MEMBER_ID, partner_id=PARTNER, kind="airport_lounge", settled_by="entitlement", guests=1
)
close = CloseMember(originator_id=MEMBER_ID)
settle = SettleDueMember(originator_id=MEMBER_ID)

EXAMPLES = (
    CommandExample(command=enrol),
    CommandExample(command=earn, given=(enrolled,)),
    CommandExample(command=accrue, given=(enrolled,), rules=(with_accrual,)),
    CommandExample(command=redeem, given=(enrolled, earned("a", 100))),
    CommandExample(command=draw, given=(enrolled, earned("a", 100), earned("b", 100), redeemed("r1", 60))),
    CommandExample(command=refund, given=(enrolled, earned("a", 100), redeemed("r1", 60))),
    CommandExample(command=reverse, given=(enrolled, earned("a", 100))),
    CommandExample(command=change_tier, given=(enrolled,)),
    CommandExample(command=extend_tier, given=(enrolled, gold_until)),
    CommandExample(command=entitle, given=(enrolled,), again="done"),
    CommandExample(command=visit, given=(enrolled, granted), again="refused"),
    CommandExample(command=close, given=(enrolled, earned("a", 100))),
    CommandExample(command=settle, given=(enrolled, earned("a", 100, expires_at=END_OF_FEBRUARY))),
)

SOON = NOW + timedelta(days=10)
LATER = NOW + timedelta(days=20)

three_lots = given(
    MEMBER,
    enrolled,
    earned("later", 50, expires_at=LATER),
    earned("never", 50),
    earned("soon", 50, expires_at=SOON),
)


def draws(member: Given, command: RedeemMemberPoints) -> list[tuple[object, object]]:
    """Which lots give how much to a redemption."""
    return _parts(member.when(command), "member.points_drawn")


def refunds(member: Given, **asked: object) -> list[tuple[object, object]]:
    """Which lots get how much back."""
    return _parts(member.when(replace(refund, **asked)), "member.points_refunded")


def _parts(told: tuple[Event, ...], topic: str) -> list[tuple[object, object]]:
    return [(payload["lot_id"], payload["points"]) for known, payload in said(told) if known == topic]
