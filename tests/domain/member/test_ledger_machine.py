"""Members driven through random commands as time passes: after every event the ledger proves itself.

It is held to a purse in which every point is an object, and a member whom the nightly job visits tells the
same events as one whom it forgets. `LEDGER_RUNS` says how many runs of commands are made, instead of a few.
"""

import os
from datetime import timedelta
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from domain.member.commands import (
    CloseMember,
    EarnMemberPoints,
    RedeemMemberPoints,
    RefundMemberPoints,
    ReverseMemberPoints,
    VisitClub,
)
from domain.member.refusals import (
    NotEnoughPoints,
    RefundExceedsRedemption,
    ReversalExceedsEarning,
    ReversedPointsAreSpent,
)
from domain.organisation.rules import read_rules
from domain.telling import Command
from tests.domain.member.driven import BEGINNING, RULES, ZONES, Driven

RUNS = int(os.environ.get("LEDGER_RUNS", "60"))

whose = st.sampled_from(list(ZONES))
points = st.integers(1, 9)
spent = st.integers(1, 9) | st.integers(1, 40)


class Memberships(RuleBasedStateMachine):
    """Four members of four programmes, side by side."""

    @initialize()
    def enrol(self) -> None:
        rules = read_rules(RULES)
        self.now = BEGINNING
        self.count = 0
        self.members = {programme: Driven(programme, rules, self.now) for programme in ZONES}
        for member in self.members.values():
            self.earn_lot(member, self.named(), 12, None)

    def named(self) -> str:
        self.count += 1
        return f"n{self.count}"

    @rule(days=st.sampled_from([0, 0, 1, 1, 2, 5, 30]), minutes=st.integers(1, 24 * 60))
    def let_time_pass(self, days: int, minutes: int) -> None:
        until = self.now + timedelta(days=days, minutes=minutes)
        while self.now < until:
            self.now = min(self.now + timedelta(days=1), until)
            for member in self.members.values():
                member.settle(self.now)
        for member in self.members.values():
            member.purse.pass_to(self.now)
            member.check(self.now)

    @rule(
        name=whose,
        lots=st.lists(
            st.tuples(st.integers(3, 15), st.sampled_from([None, 0, 1, 2, 5, 40])), min_size=1, max_size=3
        ),
    )
    def earn(self, name: str, lots: list[tuple[int, int | None]]) -> None:
        for points, days in lots:
            self.earn_lot(self.members[name], self.named(), points, days)

    def earn_lot(self, member: Driven, lot: str, points: int, days: int | None) -> None:
        available_at = member.available_at(self.now)
        expires_at = None if days is None else available_at + timedelta(days=days)
        command = EarnMemberPoints(
            originator_id=member.originator_id,
            lot_id=lot,
            points=Decimal(points),
            reason="spend",
            expires_at=expires_at,
        )
        if member.refuses(command, self.now):
            return
        expires = expires_at or member.expires(self.now)
        member.purse.earn(lot, points, now=self.now, available_at=available_at, expires=expires)
        member.check(self.now)

    @rule(name=whose, points=spent, visits=st.booleans())
    def redeem(self, name: str, points: int, visits: bool) -> None:
        member, redemption = self.members[name], self.named()
        asked = {"redemption_id": redemption, "points": Decimal(points), "partner_id": "desk:golf-1"}
        command: Command = (
            VisitClub(originator_id=member.originator_id, kind="golf", settled_by="points", **asked)
            if visits
            else RedeemMemberPoints(originator_id=member.originator_id, venue="gift", **asked)
        )
        missing = points - len(member.purse.spendable(self.now))
        if member.refuses(command, self.now, {NotEnoughPoints: missing > 0 and not member.may_owe}):
            return
        member.purse.redeem(redemption, points, now=self.now)
        member.check(self.now)

    @rule(name=whose, points=spent)
    def import_redemption(self, name: str, points: int) -> None:
        member, redemption = self.members[name], self.named()
        if points > len(member.purse.spendable(self.now)) and not member.may_owe:
            member.unallowed += 1
        member.import_redemption(redemption, points, self.now)
        member.purse.redeem(redemption, points, now=self.now)
        member.check(self.now)

    @rule(name=whose, data=st.data(), points=st.none() | points)
    def refund(self, name: str, data: st.DataObject, points: int | None) -> None:
        member = self.members[name]
        if not member.purse.drawn_lots:
            return
        redemption = data.draw(st.sampled_from(sorted(member.purse.drawn_lots)))
        left = member.purse.refundable(redemption)
        command = RefundMemberPoints(
            originator_id=member.originator_id,
            redemption_id=redemption,
            points=None if points is None else Decimal(points),
        )
        if member.refuses(command, self.now, {RefundExceedsRedemption: points is not None and points > left}):
            return
        member.purse.refund(redemption, left if points is None else points, now=self.now)
        member.check(self.now)

    @rule(name=whose, data=st.data(), points=st.none() | points)
    def reverse(self, name: str, data: st.DataObject, points: int | None) -> None:
        member = self.members[name]
        if not member.purse.lots:
            return
        lot = data.draw(st.sampled_from(member.purse.lots))
        left = member.purse.reversible(lot)
        command = ReverseMemberPoints(
            originator_id=member.originator_id, of=lot, points=None if points is None else Decimal(points)
        )
        asked = left if points is None else points
        refusals = {
            ReversalExceedsEarning: asked > left,
            ReversedPointsAreSpent: asked > member.purse.takeable(lot, self.now) and not member.may_owe,
        }
        if member.refuses(command, self.now, refusals):
            return
        member.purse.reverse(lot, asked, now=self.now)
        member.check(self.now)

    @precondition(lambda self: self.count > 20)
    @rule(name=whose)
    def close(self, name: str) -> None:
        member = self.members[name]
        if not member.is_closed:
            assert member.carry_out(CloseMember(originator_id=member.originator_id), self.now) is None
            member.is_closed = True
            member.purse.close(now=self.now)
        member.check(self.now)


Memberships.TestCase.settings = settings(max_examples=RUNS, stateful_step_count=50)
TestMemberships = Memberships.TestCase
