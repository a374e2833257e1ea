"""The commands on a membership, one method each."""

from domain.command_application import CommandApplication, Outcome
from domain.member.commands import (
    AccrueMemberPoints,
    ChangeMemberTier,
    CloseMember,
    DrawMemberPoints,
    EarnMemberPoints,
    EnrolMember,
    EntitleMember,
    ExtendMemberTier,
    RedeemMemberPoints,
    RefundMemberPoints,
    ReverseMemberPoints,
    SettleDueMember,
    VisitClub,
)


class MemberCommands(CommandApplication):
    """What may be asked of a membership."""

    def enrol_member(self, command: EnrolMember, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def earn_member_points(self, command: EarnMemberPoints, *, idempotency_key: str) -> Outcome:
        """Credit points as a lot, pending and expiring as the programme says or the command does.

        Refused: MemberNotEnrolled, MemberIsClosed, PointsNotPositive, LotIdIsReserved, LotEarnedOtherwise,
        LotExpiresTooSoon.
        """
        return self.carry_out(command, idempotency_key=idempotency_key)

    def accrue_member_points(self, command: AccrueMemberPoints, *, idempotency_key: str) -> Outcome:
        """Credit what the programme gives for an activity; already_so where that is no point at all.

        Refused: as earn_member_points, UnknownChoice (activity), AmountBelowZero.
        """
        return self.carry_out(command, idempotency_key=idempotency_key)

    def redeem_member_points(self, command: RedeemMemberPoints, *, idempotency_key: str) -> Outcome:
        """Spend points; the outcome's events tell from which lots.

        Refused: MemberNotEnrolled, MemberIsClosed, PointsNotPositive, NotEnoughPoints,
        RedemptionToldOtherwise.
        """
        return self.carry_out(command, idempotency_key=idempotency_key)

    def draw_member_points(self, command: DrawMemberPoints, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def refund_member_points(self, command: RefundMemberPoints, *, idempotency_key: str) -> Outcome:
        """Give points of a redemption back to the lots it drew on, also where those have expired since.

        Refused: NoSuchRedemption, RefundExceedsRedemption, PointsNotPositive, UndoneBeforeItHappened.
        """
        return self.carry_out(command, idempotency_key=idempotency_key)

    def reverse_member_points(self, command: ReverseMemberPoints, *, idempotency_key: str) -> Outcome:
        """Undo an earning out of its lot, then out of others, then by overdraft where it is allowed.

        Refused: NoSuchLot, ReversalExceedsEarning, ReversedPointsAreSpent, UndoneBeforeItHappened.
        """
        return self.carry_out(command, idempotency_key=idempotency_key)

    def change_member_tier(self, command: ChangeMemberTier, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def extend_member_tier(self, command: ExtendMemberTier, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def entitle_member(self, command: EntitleMember, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def visit_club(self, command: VisitClub, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def close_member(self, command: CloseMember, *, idempotency_key: str) -> Outcome:
        """End the membership: available points expire with it, pending ones are reversed, a debt stays."""
        return self.carry_out(command, idempotency_key=idempotency_key)

    def settle_due_member(self, command: SettleDueMember, *, idempotency_key: str) -> Outcome:
        """Tell what fell due by now, each at its due moment; so already where nothing did."""
        return self.carry_out(command, idempotency_key=idempotency_key)
