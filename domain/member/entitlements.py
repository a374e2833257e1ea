"""How entitlements are used: once for the member and every guest, out of the grant that ends first."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec
from msgspec.structs import replace

from domain.envelope import Event
from domain.member.events import MemberClubVisited, MemberEntitled


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """So many uses of a kind from a moment until another, and how many were made."""

    kind: str
    quantity: int
    since: datetime
    until: datetime
    used: int = 0

    def left(self, kind: str, *, at: datetime) -> int:
        """Say how many uses of a kind the grant has at a moment."""
        runs = self.kind == kind and self.since <= at <= self.until
        return max(self.quantity - self.used, 0) if runs else 0


def uses_of(guests: int) -> int:
    """Say how many uses a visit makes: the member's, and one for every guest."""
    return 1 + max(guests, 0)


def uses_left(grants: Iterable[Grant], kind: str, *, at: datetime) -> int:
    """Count the uses of a kind that a member has at a moment."""
    return sum(grant.left(kind, at=at) for grant in grants)


def used(grants: tuple[Grant, ...], visit: MemberClubVisited) -> tuple[Grant, ...]:
    """Take a visit's uses from the grants that run, the first to end first; what none has is left out."""
    needed = needed_by(visit)
    taken: dict[int, Grant] = {}
    for place, grant in sorted(enumerate(grants), key=lambda each: (each[1].until, each[0])):
        uses = min(grant.left(visit.kind, at=visit.occurred_at), needed)
        taken[place] = replace(grant, used=grant.used + uses)
        needed -= uses
    return tuple(taken[place] for place in range(len(grants)))


def needed_by(visit: MemberClubVisited) -> int:
    """Say how many uses settle a visit: none where it is paid or points settle it."""
    return uses_of(visit.guests) if visit.settled_by == "entitlement" else 0


def uses_beyond_grants(events: Iterable[Event]) -> Iterator[tuple[MemberClubVisited, int]]:
    """List the visits of a told history whose uses no grant had, and how many of them."""
    grants: tuple[Grant, ...] = ()
    for event in events:
        if isinstance(event, MemberEntitled):
            grants = (*grants, granted_by(event))
        if isinstance(event, MemberClubVisited):
            beyond = needed_by(event) - uses_left(grants, event.kind, at=event.occurred_at)
            grants = used(grants, event)
            if beyond > 0:
                yield event, beyond


def granted_by(event: MemberEntitled) -> Grant:
    """Read what a member was granted."""
    return Grant(kind=event.kind, quantity=event.quantity, since=event.occurred_at, until=event.until)
