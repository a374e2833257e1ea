"""What a points ledger is: lots, redemptions, what was broken, and the totals.

Of every lot, and so in total: earned - reversed = drawn - refunded + expired + balance; and redeemed = drawn,
of every redemption and in total. What a member may spend is neither pending nor lapsed.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Context, Decimal, localcontext
from typing import Literal

import msgspec

ZERO = Decimal(0)

# Far beyond what any stored number of points needs: sums of them are exact.
EXACT = Context(prec=100)

# `gc=False`: lots and redemptions hold no cycles, and a long ledger would keep the collector busy.

# The one lot below zero: what was redeemed or reversed and no earning backs yet.
OVERDRAFT = "overdraft"

BrokenRule = Literal[
    "points_are_positive",
    "lot_was_earned",
    "the_overdraft_lot_is_not_earned",
    "pending_points_are_not_spent",
    "pending_points_do_not_expire",
    "draws_stay_within_their_lot",
    "draws_are_what_was_redeemed",
    "redemptions_stay_within_the_balance",
    "reversals_stay_within_the_balance",
    "reversals_stay_within_the_earning",
    "refunds_stay_within_the_draws",
    "expiries_stay_within_their_lot",
    "lots_stay_above_zero",
    "lots_add_up",
    "totals_are_what_was_told",
]


class Lapse(msgspec.Struct, frozen=True, gc=False):
    """Points of a lot that fell due, at the end of a day, and whose expiry nobody told yet."""

    due_at: datetime
    points: Decimal


class Lot(msgspec.Struct, kw_only=True, gc=False):
    """Points earned together, and what became of them.

    `order` is that of earning. `due_at` is when what it holds expires: the end of the day of `expires_at`, or
    of the day on which points came back to it after that. `balance` counts what lapsed until it is told.
    """

    lot_id: str
    order: int
    earned_at: datetime | None = None
    available_at: datetime | None = None
    expires_at: datetime | None = None
    due_at: datetime | None = None
    is_pending: bool = False
    earned: Decimal = ZERO
    reversed: Decimal = ZERO
    drawn: Decimal = ZERO
    refunded: Decimal = ZERO
    expired: Decimal = ZERO
    balance: Decimal = ZERO
    undone: Decimal = ZERO
    """What of the lot's earning was reversed, out of whichever lots."""
    lapses: tuple[Lapse, ...] = ()

    @property
    def lapsed(self) -> Decimal:
        """What fell due and is not told yet."""
        return sum((lapse.points for lapse in self.lapses), ZERO)

    @property
    def held(self) -> Decimal:
        """What the member still has of the lot, pending or not."""
        return self.balance - self.lapsed if self.lapses else self.balance

    @property
    def reversible(self) -> Decimal:
        """What of the lot's earning can still be undone: neither what was, nor what expired."""
        return max(self.earned - self.undone - self.expired - self.lapsed, ZERO)


class Redemption(msgspec.Struct, kw_only=True, gc=False):
    """Points redeemed, where they were drawn (in the order of drawing), and what came back where."""

    redemption_id: str
    at: datetime
    points: Decimal = ZERO
    draws: dict[str, Decimal] = {}
    refunds: dict[str, Decimal] = {}

    @property
    def drawn(self) -> Decimal:
        """What was drawn, refunded or not."""
        return sum(self.draws.values(), ZERO)

    @property
    def refunded(self) -> Decimal:
        """What came back."""
        return sum(self.refunds.values(), ZERO)

    def drawn_from(self, lot_id: str) -> Decimal:
        """What was drawn from a lot and did not come back."""
        return self.draws.get(lot_id, ZERO) - self.refunds.get(lot_id, ZERO)


class Breach(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that the ledger does not keep: by which event, what it told, and what there was."""

    rule: BrokenRule
    told: Decimal
    held: Decimal
    at: datetime | None = None
    version: int | None = None
    lot_id: str | None = None
    redemption_id: str | None = None


class Totals(msgspec.Struct, kw_only=True):
    """The sums over all lots, and over all redemptions."""

    earned: Decimal = ZERO
    reversed: Decimal = ZERO
    redeemed: Decimal = ZERO
    drawn: Decimal = ZERO
    refunded: Decimal = ZERO
    expired: Decimal = ZERO
    balance: Decimal = ZERO


class Ledger(msgspec.Struct, kw_only=True):
    """The lots in order of earning, the redemptions in order of telling, and every rule that was broken.

    `told`: what the events say, summed; `unposted`: the part of it that no lot could take, all of it listed
    in `breaches`; `derived`: what was drawn beside what they say. `least`: what each lot holds at least from
    the moment asked about on; `spendable`: the same of those that can give points at that moment, in the
    programme's order.
    """

    lots: dict[str, Lot] = {}
    redemptions: dict[str, Redemption] = {}
    breaches: list[Breach] = []
    told: Totals = msgspec.field(default_factory=Totals)
    unposted: Totals = msgspec.field(default_factory=Totals)
    derived: Decimal = ZERO
    least: dict[str, Decimal] = {}
    spendable: dict[str, Decimal] = {}

    @property
    def totals(self) -> Totals:
        """The sums over the lots, and what the redemptions come to."""
        lots = self.lots.values()
        return Totals(
            earned=total(lot.earned for lot in lots),
            reversed=total(lot.reversed for lot in lots),
            redeemed=total(redemption.points for redemption in self.redemptions.values()),
            drawn=total(lot.drawn for lot in lots),
            refunded=total(lot.refunded for lot in lots),
            expired=total(lot.expired for lot in lots),
            balance=total(lot.balance for lot in lots),
        )

    @property
    def available(self) -> Decimal:
        """What the member can spend."""
        return total(self.spendable.values())

    @property
    def pending(self) -> Decimal:
        """What the member was given and cannot spend yet."""
        return total(lot.held for lot in self.lots.values() if lot.is_pending)

    @property
    def owed(self) -> Decimal:
        """What the member spent beyond every lot: how far the overdraft lot is below zero."""
        overdraft = self.lots.get(OVERDRAFT)
        return -overdraft.balance if overdraft else ZERO

    def lapses(self) -> list[tuple[datetime, str, Decimal]]:
        """List what fell due and nobody told: moment, lot, points; by moment, then in order of earning."""
        due = [(lapse.due_at, lot, lapse.points) for lot in self.lots.values() for lapse in lot.lapses]
        return [
            (due_at, lot.lot_id, points)
            for due_at, lot, points in sorted(due, key=lambda each: (each[0], each[1].order))
        ]


def total(points: Iterable[Decimal]) -> Decimal:
    """Add points up, exactly."""
    with localcontext(EXACT):
        return sum(points, ZERO)
