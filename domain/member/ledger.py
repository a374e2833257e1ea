"""The points ledger of one member: every live event posted in order, with derived draws where none are told.

How the reading goes:
- An earning opens its lot, or adds to it. Until `available_at` the lot is pending.
- A redemption's told draws are posted as told. What they leave open is drawn after the last of them (at the
  redemption itself where none are told) from the lots then available, in the order of the programme of that
  day, ties in the order of earning. Nothing of this is stored: told late, an earlier event moves later draws.
- What no lot can give is drawn from the overdraft lot, and moved on to the next lot that has points to give:
  draws and reversals change their lot, and no total moves. A refund comes back to wherever its draw then is.
- At a lot's due moment what it still holds lapses: it is no longer spendable, and its expiry is due.
- Points that come back to a lot after its due moment lapse at the end of the day on which they came.
- No sequence of events is refused: what could not be posted is listed in `breaches`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import localcontext
from typing import Any

from domain.envelope import Event
from domain.member.events import (
    MemberPointsDrawn,
    MemberPointsEarned,
    MemberPointsExpired,
    MemberPointsRedeemed,
    MemberPointsRefunded,
    MemberPointsReversed,
)
from domain.member.lots import EXACT, OVERDRAFT, ZERO, Ledger, Lot
from domain.member.posting import Posting
from domain.member.terms import Terms

LotEvent = MemberPointsDrawn | MemberPointsExpired | MemberPointsReversed | MemberPointsRefunded


def ledger_of(
    events: Iterable[Event], terms: Terms, *, until: datetime | None = None, since: datetime | None = None
) -> Ledger:
    """Read the ledger of a stream's live events, in their order of happening; other events post nothing.

    Up to `until` what falls due lapses (by default, up to the last event). What each lot can give is read at
    `since`, so that it is not short of it at any moment after (by default, at the end).
    """
    with localcontext(EXACT):
        posting = Posting(terms=terms, since=since)
        for _ in post_each(posting, events):
            pass
        return posting.close(until=until)


def post_each(posting: Posting, events: Iterable[Event]) -> Iterator[Event]:
    """Post a stream's live events one by one, each given as soon as it is posted, in the caller's context."""
    posted = [event for event in events if type(event) in POSTINGS]
    awaited = Counter(event.redemption_id for event in posted if isinstance(event, MemberPointsDrawn))
    for event in posted:
        posting.advance(event.occurred_at)
        POSTINGS[type(event)](posting, event, awaited)
        posting.settle_overdraft()
        yield event


def _earned(posting: Posting, event: MemberPointsEarned, _: Counter[str]) -> None:
    points = posting.take_down("earned", event)
    if event.lot_id == OVERDRAFT:
        posting.leave_out("earned", points, "the_overdraft_lot_is_not_earned", event)
    elif points:
        lot = posting.lot(event.lot_id)
        lot.earned_at = lot.earned_at or event.occurred_at
        lot.expires_at = lot.expires_at or event.expires_at
        if event.available_at is not None and event.available_at > (lot.available_at or event.occurred_at):
            lot.available_at = event.available_at
        posting.earn(lot, points)


def _redeemed(posting: Posting, event: MemberPointsRedeemed, awaited: Counter[str]) -> None:
    posting.redemption(event.redemption_id).points += posting.take_down("redeemed", event)
    _draw_the_rest(posting, event, awaited)


def _drawn(posting: Posting, event: MemberPointsDrawn, awaited: Counter[str]) -> None:
    awaited[event.redemption_id] -= 1
    points = posting.take_down("drawn", event)
    if points:
        _draw_as_told(posting, event)
    _draw_the_rest(posting, event, awaited)


def _draw_as_told(posting: Posting, event: MemberPointsDrawn) -> None:
    lot = _known_lot(posting, event)
    if lot.is_pending:
        posting.breach("pending_points_are_not_spent", event, held=ZERO)
    given = max(min(event.points, lot.balance), ZERO)
    if given:
        posting.draw(lot, posting.redemption(event.redemption_id), given)
    if given < event.points:
        posting.overdraw("drawn", event.redemption_id, event.points - given, event)
    if given < event.points and lot.lot_id != OVERDRAFT and not posting.allows_overdraft:
        posting.breach("draws_stay_within_their_lot", event, held=given)


def _draw_the_rest(
    posting: Posting, event: MemberPointsRedeemed | MemberPointsDrawn, awaited: Counter[str]
) -> None:
    if awaited[event.redemption_id] <= 0:
        posting.draw_the_rest(event)


def _expired(posting: Posting, event: MemberPointsExpired, _: Counter[str]) -> None:
    points = posting.take_down("expired", event)
    lot = _known_lot(posting, event)
    if lot.is_pending and points:
        posting.breach("pending_points_do_not_expire", event, held=lot.held)
    gone = max(min(points, lot.balance), ZERO)
    posting.expire(lot, gone)
    if gone < points:
        posting.leave_out("expired", points - gone, "expiries_stay_within_their_lot", event)


def _reversed(posting: Posting, event: MemberPointsReversed, _: Counter[str]) -> None:
    points = posting.take_down("reversed", event)
    lot = _known_lot(posting, event)
    earning = posting.ledger.lots.get(event.of, lot)
    undone = min(points, earning.reversible)
    if undone < points:
        posting.leave_out("reversed", points - undone, "reversals_stay_within_the_earning", event)
    earning.undone += undone
    given = max(min(undone, lot.balance), ZERO)
    posting.reverse(lot, given)
    if given < undone:
        posting.overdraw("reversed", earning.lot_id, undone - given, event)


def _refunded(posting: Posting, event: MemberPointsRefunded, _: Counter[str]) -> None:
    """Let points come back to the lot named, or to where the draw was moved since, the latest first."""
    points = posting.take_down("refunded", event)
    redemption = posting.redemption(event.redemption_id)
    for lot_id in (event.lot_id, OVERDRAFT, *reversed(redemption.draws)):
        back = min(points, redemption.drawn_from(lot_id))
        if back > 0:
            posting.refund(posting.lot(lot_id), redemption, back)
            points -= back
    if points and event.lot_id == OVERDRAFT:
        posting.leave_out("refunded", points, "refunds_stay_within_the_draws", event)
    elif points:
        posting.breach("refunds_stay_within_the_draws", event, held=event.points - points)
        posting.refund(_known_lot(posting, event), redemption, points)


def _known_lot(posting: Posting, event: LotEvent) -> Lot:
    """Find the lot of an event, which should have been earned into; the overdraft lot never is."""
    if event.lot_id not in posting.ledger.lots and event.lot_id != OVERDRAFT:
        posting.breach("lot_was_earned", event, held=ZERO)
    return posting.lot(event.lot_id)


POSTINGS: dict[type[Event], Callable[[Posting, Any, Counter[str]], None]] = {
    MemberPointsEarned: _earned,
    MemberPointsRedeemed: _redeemed,
    MemberPointsDrawn: _drawn,
    MemberPointsExpired: _expired,
    MemberPointsReversed: _reversed,
    MemberPointsRefunded: _refunded,
}
