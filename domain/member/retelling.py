"""How each of a member's events is told again under another programme.

What people did stays: activities, redemptions, tiers given by hand, the end. What follows from a programme is
found again: the points of an activity, when they expire, which lots are drawn, the tiers that points reach.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from domain.envelope import Event
from domain.member.accrual import Activity, months_of_membership
from domain.member.events import (
    MemberClosed,
    MemberEnrolled,
    MemberPointsDrawn,
    MemberPointsEarned,
    MemberPointsExpired,
    MemberPointsRedeemed,
    MemberPointsRefunded,
    MemberPointsReversed,
    MemberTierChanged,
)
from domain.member.lots import OVERDRAFT, ZERO, Lot
from domain.member.rebasing import points_under
from domain.member.shares import shared_out
from domain.member.tier_walk import BY_POINTS, TierWalk
from domain.member.trial import Reading, Shares, Trial
from domain.organisation.programme_in_force import points_available_at, points_expire_at


def lived_again(events: Sequence[Event], *, own: Reading, other: Reading, until: datetime) -> Trial:
    """Live a member's live events, in order and what fell due among them, again up to a moment, included."""
    trial = Trial(events, own=own, other=other)
    for event in events:
        # Tiers move by what lapsed at a moment, so that comes first; what a closing forfeits moves nobody.
        is_first = isinstance(event, MemberPointsExpired | MemberClosed)
        trial.pass_until(event.occurred_at, inclusive=not is_first)
        retell = RETOLD.get(type(event))
        for told in retell(trial, event) if retell else (event,):
            trial.tell(told)
        trial.own_walk.tell(event)
    trial.pass_until(until)
    return trial


def enrolled(trial: Trial, event: MemberEnrolled) -> tuple[Event, ...]:
    """Enrol in the same tier, or in the lowest where the other programme has other tiers."""
    if _has_tier(trial, event.tier, at=event.occurred_at):
        return (event,)
    return (replace(event, tier=trial.other.programme(event.occurred_at).tiers[0].name),)


def earned(trial: Trial, event: MemberPointsEarned) -> tuple[Event, ...]:
    """Earn what the other programme gives, pending and expiring as it says where the own one did."""
    at = event.occurred_at
    own, zone = trial.own.terms(at)
    other, other_zone = trial.other.terms(at)
    done = activity_of(event, trial.own_walk, zone), activity_of(event, trial.walk, other_zone)
    points = points_under(event.points, done, own=own.accrual, other=other.accrual)
    told = event if points is None else replace(event, points=points)
    if event.available_at == points_available_at(own, at, zone=zone):
        told = replace(told, available_at=points_available_at(other, at, zone=other_zone))
    if event.expires_at == points_expire_at(own, at, zone=zone):
        told = replace(told, expires_at=points_expire_at(other, at, zone=other_zone))
    trial.as_told += points is None
    trial.is_other = trial.is_other or told != event
    shares = trial.shares.setdefault(event.lot_id, Shares())
    shares.earned += event.points
    shares.tried += told.points
    return (told,) if told.points else ()


def activity_of(event: MemberPointsEarned, walk: TierWalk, zone: ZoneInfo) -> Activity:
    """See an earning as the activity that it was, by a member as they stood; its amount is not known."""
    on = event.occurred_at.astimezone(zone).date()
    enrolled_at = walk.record.enrolled_at
    enrolled_on = enrolled_at.astimezone(zone).date() if enrolled_at else None
    return Activity(
        kind=event.reason,
        amount=ZERO,
        on=on,
        tier=walk.tier,
        tenure=months_of_membership(enrolled_on, on=on),
        campaign=event.campaign_id,
    )


def redeemed(trial: Trial, event: MemberPointsRedeemed) -> tuple[Event, ...]:
    """Redeem the same; where lots or their order differ, the draws are found again."""
    at = event.occurred_at
    trial.is_other = trial.is_other or trial.own.programme(at).draws != trial.other.programme(at).draws
    if trial.is_other:
        trial.awaited[event.redemption_id] = 0
    return (event,)


def drawn(trial: Trial, event: MemberPointsDrawn) -> tuple[Event, ...]:
    """Draw as told, where the redemption waits for it."""
    return (event,) if trial.awaited[event.redemption_id] > 0 else ()


def expired(trial: Trial, event: MemberPointsExpired) -> tuple[Event, ...]:
    """Expire as told, as long as nothing differs: after that, what lapses is found again."""
    return () if trial.is_other else (event,)


def reversed_(trial: Trial, event: MemberPointsReversed) -> tuple[Event, ...]:
    """Reverse the same share of the earning; at the end of the membership, what is left is found again."""
    shares = trial.shares.setdefault(event.of, Shares())
    before = shares.tried_reversed
    shares.reversed += event.points
    shares.tried_reversed = shares.share_reversed if trial.is_other else before + event.points
    if not trial.is_other:
        return (event,)
    points = shares.tried_reversed - before
    is_forfeit = event.occurred_at in trial.closings
    return (replace(event, lot_id=event.of, points=points),) if points and not is_forfeit else ()


def refunded(trial: Trial, event: MemberPointsRefunded) -> tuple[Event, ...]:
    """Give the same back to the lots that were drawn, the last drawn first."""
    redemption = trial.ledger.redemptions.get(event.redemption_id)
    if not trial.is_other or redemption is None:
        return (event,)
    lots = dict.fromkeys((OVERDRAFT, *reversed(redemption.draws)))
    parts, _ = shared_out(event.points, [(lot_id, redemption.drawn_from(lot_id)) for lot_id in lots])
    return tuple(replace(event, lot_id=lot_id, points=points) for lot_id, points in parts)


def tier_changed(trial: Trial, event: MemberTierChanged) -> tuple[Event, ...]:
    """Give the same tier by hand, where there is one; moves by points are found again."""
    is_by_hand = event.reason not in BY_POINTS
    return (event,) if is_by_hand and _has_tier(trial, event.to_tier, at=event.occurred_at) else ()


def closed(trial: Trial, event: MemberClosed) -> tuple[Event, ...]:
    """End the membership; what is left is forfeited with it."""
    if not trial.is_other:
        return (event,)
    left = [lot for lot in trial.ledger.lots.values() if lot.held > 0 and lot.lot_id != OVERDRAFT]
    return (*(_forfeit(trial, lot, at=event.occurred_at) for lot in left), event)


def _forfeit(trial: Trial, lot: Lot, *, at: datetime) -> Event:
    if lot.is_pending:
        return trial.made(MemberPointsReversed, at=at, lot_id=lot.lot_id, of=lot.lot_id, points=lot.held)
    return trial.made(MemberPointsExpired, at=at, lot_id=lot.lot_id, points=lot.held)


def _has_tier(trial: Trial, tier: str, *, at: datetime) -> bool:
    """Whether the other programme has a tier; where it has the tiers of the own one, or none, any will do."""
    own, other = trial.own.programme(at), trial.other.programme(at)
    return other.tiers in ((), own.tiers) or other.tier(tier) is not None


RETOLD: dict[type[Event], Callable[[Trial, Any], tuple[Event, ...]]] = {
    MemberEnrolled: enrolled,
    MemberPointsEarned: earned,
    MemberPointsRedeemed: redeemed,
    MemberPointsDrawn: drawn,
    MemberPointsExpired: expired,
    MemberPointsReversed: reversed_,
    MemberPointsRefunded: refunded,
    MemberTierChanged: tier_changed,
    MemberClosed: closed,
}
