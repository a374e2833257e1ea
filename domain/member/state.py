"""What is known of one membership: tier, entitlements, and the events from which its ledger is read."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from domain.envelope import Event
from domain.member.entitlements import Grant, granted_by, used
from domain.member.events import (
    MemberClosed,
    MemberClubVisited,
    MemberEnrolled,
    MemberEntitled,
    MemberPointsDrawn,
    MemberPointsEarned,
    MemberPointsExpired,
    MemberPointsRedeemed,
    MemberPointsRefunded,
    MemberPointsReversed,
    MemberTierChanged,
    MemberTierExtended,
)


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides what may happen next to a membership.

    `events` are all live events of the stream in their order of happening: the ledger depends on the
    programme's rules and on what is told late, and is read from them when it is asked for.
    """

    events: tuple[Event, ...] = ()
    enrolled: MemberEnrolled | None = None
    tier: str | None = None
    tier_until: datetime | None = None
    grants: tuple[Grant, ...] = ()
    is_closed: bool = False

    @property
    def customer_id(self) -> str | None:
        """Whose membership it is, as enrolled."""
        return self.enrolled.customer_id if self.enrolled else None

    @property
    def programme(self) -> str | None:
        """The programme's name, as enrolled."""
        return self.enrolled.programme if self.enrolled else None


def evolve(member: Member, event: Event) -> Member:
    """Change the state by any event of a membership; those of other streams leave it as it is."""
    change = CHANGES.get(type(event))
    return change(replace(member, events=(*member.events, event)), event) if change else member


def _enrolled(member: Member, event: MemberEnrolled) -> Member:
    return replace(
        member, enrolled=member.enrolled or event, tier=event.tier, tier_until=None, is_closed=False
    )


def _tier_changed(member: Member, event: MemberTierChanged) -> Member:
    return replace(member, tier=event.to_tier, tier_until=event.until)


def _tier_extended(member: Member, event: MemberTierExtended) -> Member:
    return replace(member, tier_until=event.until)


def _entitled(member: Member, event: MemberEntitled) -> Member:
    return replace(member, grants=(*member.grants, granted_by(event)))


def _club_visited(member: Member, event: MemberClubVisited) -> Member:
    return replace(member, grants=used(member.grants, event))


def _closed(member: Member, _: MemberClosed) -> Member:
    return replace(member, is_closed=True)


def _posted(member: Member, _: Event) -> Member:
    return member


CHANGES: dict[type[Event], Callable[[Member, Any], Member]] = {
    MemberEnrolled: _enrolled,
    MemberPointsEarned: _posted,
    MemberPointsRedeemed: _posted,
    MemberPointsDrawn: _posted,
    MemberPointsExpired: _posted,
    MemberPointsReversed: _posted,
    MemberPointsRefunded: _posted,
    MemberTierChanged: _tier_changed,
    MemberTierExtended: _tier_extended,
    MemberEntitled: _entitled,
    MemberClubVisited: _club_visited,
    MemberClosed: _closed,
}
