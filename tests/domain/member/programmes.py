"""Small programmes of every kind of qualification, and a member's events with few words."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from domain.envelope import Event
from domain.member import (
    MemberClosed,
    MemberEnrolled,
    MemberPointsEarned,
    MemberPointsExpired,
    MemberPointsRedeemed,
    MemberPointsRefunded,
    MemberPointsReversed,
    MemberTierChanged,
    MemberTierExtended,
)
from domain.member.standing import tier_moves_due
from domain.organisation.events import OrganisationConfigured
from domain.organisation.programme import Programme
from domain.organisation.programme_in_force import read_programme
from tests.examples import rule, told

When = str | datetime
UTC_ZONE = ZoneInfo("UTC")
TIERS = [
    {"name": "silver"},
    {"name": "gold", "threshold": 1000},
    {"name": "platinum", "threshold": 5000},
]


def body(**written: Any) -> str:
    """A programme's body with the three tiers, in UTC."""
    return msgspec.json.encode({"zone": "UTC", "tiers": TIERS, **written}).decode()


def programme(**qualification: Any) -> Programme:
    """A programme that says nothing but how tiers are reached."""
    return read_programme(body(qualification=qualification))


def club(**written: Any) -> OrganisationConfigured:
    """A programme as the rule in force from the beginning."""
    return rule("programme", "club", body(**written))


BY_YEAR = {"by": "points_earned"}
THIS_YEAR = {"by": "points_earned", "kept": "this_period"}
AT_YEAR_END = {"by": "points_earned", "moves": "at_period_end"}
WITH_GRACE = {"by": "points_earned", "grace_days": 60}
MEMBERSHIP = {"by": "points_earned", "period": "membership_year", "moves": "at_period_end"}
ROLLING = {"by": "points_earned", "period": "rolling_months", "months": 3}
BALANCE = {"by": "balance"}
BALANCE_WITH_GRACE = {"by": "balance", "grace_days": 30}
BALANCE_AT_YEAR_END = {"by": "balance", "moves": "at_period_end"}
FLIGHTS_ONLY = {"by": "points_earned", "activities": ["flight"]}
QUALIFICATIONS = (
    BY_YEAR,
    THIS_YEAR,
    AT_YEAR_END,
    WITH_GRACE,
    MEMBERSHIP,
    ROLLING,
    BALANCE,
    BALANCE_WITH_GRACE,
    BALANCE_AT_YEAR_END,
    FLIGHTS_ONLY,
)


def day(text: str) -> datetime:
    """Noon."""
    return datetime.fromisoformat(f"{text}T12:00+00:00")


def end(text: str) -> datetime:
    """The last microsecond of a day."""
    return datetime.fromisoformat(f"{text}T23:59:59.999999+00:00")


def moment(when: When, *, is_end: bool = False) -> datetime:
    """A day's noon, or end; a moment as it is."""
    if isinstance(when, datetime):
        return when
    return end(when) if is_end else day(when)


def enrolled(at: When = "2026-03-01", tier: str = "silver") -> MemberEnrolled:
    return told(MemberEnrolled, at=moment(at), programme="club", tier=tier)


def earned(at: When, points: int, *, reason: str = "spend") -> MemberPointsEarned:
    """An earning into a lot named after its moment."""
    return told(MemberPointsEarned, at=moment(at), lot_id=str(at), points=Decimal(points), reason=reason)


def redeemed(at: When, points: int) -> MemberPointsRedeemed:
    return told(
        MemberPointsRedeemed,
        at=moment(at),
        redemption_id=str(at),
        points=Decimal(points),
        venue="gift",
    )


def reversed_(at: When, of: When, points: int) -> MemberPointsReversed:
    """A reversal of what was earned at a moment."""
    return told(MemberPointsReversed, at=moment(at), lot_id=str(of), of=str(of), points=Decimal(points))


def given_tier(at: When, tier: str, *, until: When | None = None) -> MemberTierChanged:
    """A tier given by hand."""
    return told(
        MemberTierChanged,
        at=moment(at),
        from_tier="silver",
        to_tier=tier,
        reason="goodwill",
        until=None if until is None else moment(until, is_end=True),
    )


def extended(at: When, until: When) -> MemberTierExtended:
    return told(MemberTierExtended, at=moment(at), until=moment(until, is_end=True))


NONE = Programme()
LATER = datetime(2040, 1, 1, tzinfo=UTC)


def refunded(at: str, points: int) -> MemberPointsRefunded:
    return told(MemberPointsRefunded, at=day(at), redemption_id="r", lot_id="l", points=Decimal(points))


def expired(at: str, points: int) -> MemberPointsExpired:
    return told(MemberPointsExpired, at=end(at), lot_id="l", points=Decimal(points))


def closed(at: str) -> MemberClosed:
    return told(MemberClosed, at=day(at))


def read(qualification: dict[str, Any] | Programme) -> Programme:
    return qualification if isinstance(qualification, Programme) else programme(**qualification)


def moves(
    written: dict[str, Any] | Programme, *events: Event, until: datetime = LATER
) -> list[tuple[datetime, str]]:
    """Every move due until a moment: when, to which tier."""
    found = tier_moves_due(
        events, terms=lambda _: (read(written), UTC_ZONE), changes=(), until=until, inclusive=True
    )
    return [(move.at, move.to_tier) for move in found]
