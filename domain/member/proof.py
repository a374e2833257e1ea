"""The proof of a points ledger: every rule that it does not keep, and none if all is well."""

from collections.abc import Iterator
from decimal import localcontext

from domain.member.lots import EXACT, OVERDRAFT, ZERO, Breach, Ledger, Lot, Redemption

SIDES = ("earned", "reversed", "redeemed", "drawn", "refunded", "expired")


def proof(ledger: Ledger) -> list[Breach]:
    """List what the source broke and where the sums do not hold: of each lot, each redemption, and in total.

    Empty: proven. What stands here without `at` is the ledger's own sum, not one event's doing.
    """
    with localcontext(EXACT):
        return [
            *ledger.breaches,
            *(breach for lot in ledger.lots.values() for breach in _broken_by(lot)),
            *(breach for redemption in ledger.redemptions.values() for breach in _not_drawn(redemption)),
            *_not_as_told(ledger),
        ]


def _broken_by(lot: Lot) -> Iterator[Breach]:
    kept = lot.earned - lot.reversed
    gone = lot.drawn - lot.refunded + lot.expired + lot.balance
    if kept != gone:
        yield Breach(rule="lots_add_up", told=kept, held=gone, lot_id=lot.lot_id)
    if lot.held < 0 and lot.lot_id != OVERDRAFT:
        yield Breach(rule="lots_stay_above_zero", told=lot.balance, held=lot.held, lot_id=lot.lot_id)


def _not_drawn(redemption: Redemption) -> Iterator[Breach]:
    if redemption.drawn != redemption.points:
        yield Breach(
            rule="draws_are_what_was_redeemed",
            told=redemption.points,
            held=redemption.drawn,
            redemption_id=redemption.redemption_id,
        )


def _not_as_told(ledger: Ledger) -> Iterator[Breach]:
    """Compare the sums over the lots with those over the events, and with what was derived beside them."""
    totals = ledger.totals
    for side in SIDES:
        derived = ledger.derived if side == "drawn" else ZERO
        told = getattr(ledger.told, side) - getattr(ledger.unposted, side) + derived
        held = getattr(totals, side)
        if told != held:
            yield Breach(rule="totals_are_what_was_told", told=told, held=held)
    kept = totals.earned - totals.reversed
    gone = totals.drawn - totals.refunded + totals.expired + totals.balance
    if kept != gone:
        yield Breach(rule="lots_add_up", told=kept, held=gone)
