"""The points ledger of one member as a list: every move of points, of which lot, and the balance after it.

The same postings as `ledger_of` makes, noted one by one: by side and lot they sum to what the lots say.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, localcontext
from typing import Literal

import msgspec

from domain.envelope import Event
from domain.member.ledger import post_each
from domain.member.lots import EXACT, ZERO, Lot, Redemption
from domain.member.posting import Posting
from domain.member.terms import Terms

Side = Literal["earned", "reversed", "drawn", "refunded", "expired"]
COMING_IN = ("earned", "refunded")


class Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One move of points: `points` came to or went from a lot, which the side says.

    Below zero they take an earlier move back: what no lot could give is noted on the overdraft lot, and moves
    to a lot that can give later. `version` is that of the event which moved them, None where time alone did.
    """

    at: datetime
    side: Side
    lot_id: str
    points: Decimal
    change: Decimal
    balance: Decimal
    redemption_id: str | None = None
    version: int | None = None


class _Move(msgspec.Struct, frozen=True, gc=False):
    at: datetime
    side: Side
    lot_id: str
    points: Decimal
    redemption_id: str | None


class _Noting(Posting):
    """A posting that notes every move."""

    def __init__(self, *, terms: Terms) -> None:
        super().__init__(terms=terms, since=None)
        self.moves: list[_Move] = []

    def earn(self, lot: Lot, points: Decimal) -> None:
        super().earn(lot, points)
        self._note("earned", lot, points)

    def refund(self, lot: Lot, redemption: Redemption, points: Decimal) -> None:
        super().refund(lot, redemption, points)
        self._note("refunded", lot, points, redemption)

    def draw(self, lot: Lot, redemption: Redemption, points: Decimal) -> None:
        super().draw(lot, redemption, points)
        self._note("drawn", lot, points, redemption)

    def reverse(self, lot: Lot, points: Decimal) -> None:
        super().reverse(lot, points)
        self._note("reversed", lot, points)

    def expire(self, lot: Lot, points: Decimal) -> None:
        super().expire(lot, points)
        self._note("expired", lot, points)

    def _note(self, side: Side, lot: Lot, points: Decimal, redemption: Redemption | None = None) -> None:
        if points:
            redemption_id = redemption.redemption_id if redemption else None
            self.moves.append(_Move(self._now, side, lot.lot_id, points, redemption_id))


def entries_of(events: Iterable[Event], terms: Terms) -> list[Entry]:
    """List the moves of a stream's live events, in their order of happening, with the balance after each.

    The balance is that of all lots, pending ones among them, less what expired and was told.
    """
    entries: list[Entry] = []
    balance = ZERO
    with localcontext(EXACT):
        posting = _Noting(terms=terms)
        for event in post_each(posting, events):
            for move in posting.moves:
                by_event = move.at == event.occurred_at
                entry = _entry(move, balance, version=event.originator_version if by_event else None)
                balance = entry.balance
                entries.append(entry)
            posting.moves.clear()
    return entries


def _entry(move: _Move, balance: Decimal, *, version: int | None) -> Entry:
    change = move.points if move.side in COMING_IN else -move.points
    return Entry(
        at=move.at,
        side=move.side,
        lot_id=move.lot_id,
        points=move.points,
        change=change,
        balance=balance + change,
        redemption_id=move.redemption_id,
        version=version,
    )
