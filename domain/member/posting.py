"""How points move while a ledger is read: into and out of lots, by time, over the overdraft lot."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from domain.member.agenda import Agenda, less
from domain.member.drawing_order import DrawingOrder
from domain.member.lots import OVERDRAFT, ZERO, Breach, BrokenRule, Ledger, Lot, Redemption
from domain.member.terms import Terms
from domain.member.unbacked import Side, Unbacked, UnbackedPoints

# Early enough for any event, and within the calendar in every zone.
BEGINNING = datetime(1, 1, 2, tzinfo=UTC)

BEYOND_BALANCE: dict[Side, BrokenRule] = {
    "drawn": "redemptions_stay_within_the_balance",
    "reversed": "reversals_stay_within_the_balance",
}


class Posting:
    """A ledger in the making: its lots as they stand after each event, and what time will do to them."""

    def __init__(self, *, terms: Terms, since: datetime | None) -> None:
        """Begin without lots; from `since` on, the least that a lot holds is what it can give."""
        self.ledger = Ledger()
        self._terms = terms
        self._since = since
        self._is_watching = False
        self._in_order: list[str] = []
        self._now = BEGINNING
        self._order = DrawingOrder()
        self._unbacked = UnbackedPoints()
        self._agenda = Agenda()

    @property
    def allows_overdraft(self) -> bool:
        """Whether the programme of the day lets a member owe points."""
        return self._terms(self._now)[0].overdraft

    def take_down(self, side: str, event: Any) -> Decimal:
        """Add what an event tells to what was told; points below zero are nothing, and listed."""
        points: Decimal = event.points
        if points < 0:
            self.breach("points_are_positive", event, held=ZERO)
            return ZERO
        told = self.ledger.told
        setattr(told, side, getattr(told, side) + points)
        return points

    def breach(self, rule: BrokenRule, event: Any, *, held: Decimal) -> None:
        """List a rule that an event broke, and what there was."""
        self.ledger.breaches.append(
            Breach(
                rule=rule,
                told=event.points,
                held=held,
                at=event.occurred_at,
                version=event.originator_version,
                lot_id=getattr(event, "lot_id", None),
                redemption_id=getattr(event, "redemption_id", None),
            )
        )

    def leave_out(self, side: str, points: Decimal, rule: BrokenRule, event: Any) -> None:
        """List what an event told beyond what could be posted."""
        unposted = self.ledger.unposted
        setattr(unposted, side, getattr(unposted, side) + points)
        self.breach(rule, event, held=event.points - points)

    def lot(self, lot_id: str) -> Lot:
        """Find a lot, or begin it."""
        lots = self.ledger.lots
        if lot_id not in lots:
            lots[lot_id] = Lot(lot_id=lot_id, order=len(lots))
        return lots[lot_id]

    def redemption(self, redemption_id: str) -> Redemption:
        """Find a redemption, or begin it."""
        redemptions = self.ledger.redemptions
        if redemption_id not in redemptions:
            redemptions[redemption_id] = Redemption(redemption_id=redemption_id, at=self._now)
        return redemptions[redemption_id]

    def earn(self, lot: Lot, points: Decimal) -> None:
        """Let points be earned into a lot."""
        lot.earned += points
        self._came_in(lot, points)

    def refund(self, lot: Lot, redemption: Redemption, points: Decimal) -> None:
        """Let points of a redemption come back to a lot."""
        redemption.refunds[lot.lot_id] = redemption.refunds.get(lot.lot_id, ZERO) + points
        lot.refunded += points
        if lot.lot_id == OVERDRAFT:
            lot.balance += points
            self._unbacked.forgive(redemption.redemption_id, points)
        else:
            self._came_in(lot, points)

    def draw(self, lot: Lot, redemption: Redemption, points: Decimal) -> None:
        """Let a redemption take points from a lot."""
        redemption.draws[lot.lot_id] = redemption.draws.get(lot.lot_id, ZERO) + points
        lot.drawn += points
        self._went_out(lot, points)

    def reverse(self, lot: Lot, points: Decimal) -> None:
        """Take points out of a lot to undo an earning."""
        lot.reversed += points
        self._went_out(lot, points)

    def expire(self, lot: Lot, points: Decimal) -> None:
        """Let points of a lot expire: first those that lapsed, the longest ago first."""
        lot.expired += points
        lot.lapses = less(lot.lapses, points)
        self._went_out(lot, points)

    def draw_the_rest(self, event: Any) -> None:
        """Draw what a redemption's draws leave open from the lots in order, then from the overdraft lot."""
        redemption = self.redemption(event.redemption_id)
        rest = redemption.points - redemption.drawn
        if rest > 0:
            self.ledger.derived += rest
            self._order.follow(self._terms(self._now)[0].draws)
        while rest > 0 and (lot := self._order.first()):
            given = min(rest, lot.held)
            self.draw(lot, redemption, given)
            rest -= given
        if rest > 0:
            self.overdraw("drawn", redemption.redemption_id, rest, event)

    def _came_in(self, lot: Lot, points: Decimal) -> None:
        lot.balance += points
        if lot.due_at is None or lot.due_at <= self._now:
            self._agenda.plan_lapse(lot, now=self._now, zone=self._terms(self._now)[1])
        if lot.available_at is not None and lot.available_at > self._now:
            lot.is_pending = True
            self._order.take_out(lot)
            self._agenda.plan_availability(lot, lot.available_at)
        else:
            self._order.put(lot)

    def _went_out(self, lot: Lot, points: Decimal) -> None:
        lot.balance -= points
        if lot.lapses and lot.lapsed > lot.balance:
            lot.lapses = less(lot.lapses[::-1], lot.lapsed - lot.balance)[::-1]
        self._watch(lot)

    def advance(self, moment: datetime) -> None:
        """Let time pass: what falls due by a moment lapses, what is no longer pending becomes available."""
        if self._since is not None and not self._is_watching and self._since < moment:
            self._keep_agenda(self._since)
            self._begin_watching()
        self._keep_agenda(moment)
        self._now = moment

    def close(self, *, until: datetime | None) -> Ledger:
        """Let time pass to the end, and say what each lot can give."""
        if until is not None and until > self._now:
            self.advance(until)
        if not self._is_watching:
            self._begin_watching()
        least = self.ledger.least
        self.ledger.spendable = {lot_id: least[lot_id] for lot_id in self._in_order if least[lot_id] > 0}
        return self.ledger

    def _keep_agenda(self, until: datetime) -> None:
        """Do what is due moment by moment; what becomes available at one settles the overdraft together."""
        for moment in self._agenda.moments(until):
            self._now = moment
            for lot in self._agenda.keep(moment):
                self._watch(lot)
                if not lot.is_pending:
                    self._order.put(lot)
            self.settle_overdraft()

    def _begin_watching(self) -> None:
        self._is_watching = True
        self._order.follow(self._terms(self._since or self._now)[0].draws)
        self._in_order = [lot.lot_id for lot in self._order]
        self.ledger.least = {lot.lot_id: lot.held for lot in self.ledger.lots.values()}

    def _watch(self, lot: Lot) -> None:
        least = self.ledger.least
        if lot.lot_id in least:
            least[lot.lot_id] = min(least[lot.lot_id], lot.held)

    def overdraw(self, side: Side, of: str, points: Decimal, event: Any) -> None:
        """Take from the overdraft lot what no lot gave; listed where the programme allows none."""
        unbacked = Unbacked(side, of, points)
        self._unbacked.add(unbacked)
        self._swing(self.lot(OVERDRAFT), unbacked, points)
        self.settle_overdraft()
        if unbacked.points and not self.allows_overdraft:
            self.breach(BEYOND_BALANCE[side], event, held=event.points - unbacked.points)

    def settle_overdraft(self) -> None:
        """Move what no lot gave, the longest ago first, to the lots that can give now."""
        while unbacked := self._unbacked.first():
            self._order.follow(self._terms(self._now)[0].draws)
            lot = self._order.first()
            if lot is None:
                return
            given = min(unbacked.points, lot.held)
            self._swing(self.lot(OVERDRAFT), unbacked, -given)
            self._swing(lot, unbacked, given)
            unbacked.points -= given

    def _swing(self, lot: Lot, unbacked: Unbacked, points: Decimal) -> None:
        if unbacked.side == "drawn":
            self.draw(lot, self.redemption(unbacked.of), points)
        else:
            self.reverse(lot, points)
