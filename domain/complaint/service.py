"""The commands on a complaint, one method each."""

from domain.command_application import CommandApplication, Outcome
from domain.complaint.commands import (
    AppealComplaintLiability,
    ArbitrateComplaint,
    AssignComplaint,
    AttributeComplaintLiability,
    ChooseComplaintAsCase,
    CloseComplaint,
    EscalateComplaint,
    EscalateDueComplaint,
    FileComplaint,
    HandOverComplaint,
    ImposeComplaintPenalty,
    MeasureComplaintStage,
    PromiseComplaintSolution,
    ReclassifyComplaint,
    RecordComplaintFollowUp,
    ReopenComplaint,
    ReplyToComplaint,
    ResolveComplaint,
    ReviewComplaintReply,
)


class ComplaintCommands(CommandApplication):
    """What may be asked of a complaint."""

    def file_complaint(self, command: FileComplaint, *, idempotency_key: str) -> Outcome:
        """Take a complaint down; the arguments are FileComplaint's, its narrative in the open.

        Refused: UnknownChoice (kind), ComplaintFiledOtherwise, HappensTooFarAhead, NegativeDuration.
        """
        return self.carry_out(command, idempotency_key=idempotency_key)

    def assign_complaint(self, command: AssignComplaint, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def hand_over_complaint(self, command: HandOverComplaint, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def reply_to_complaint(self, command: ReplyToComplaint, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def review_complaint_reply(self, command: ReviewComplaintReply, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def promise_complaint_solution(
        self, command: PromiseComplaintSolution, *, idempotency_key: str
    ) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def escalate_complaint(self, command: EscalateComplaint, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def escalate_due_complaint(self, command: EscalateDueComplaint, *, idempotency_key: str) -> Outcome:
        """Tell what fell due by promises not kept, each at its due moment."""
        return self.carry_out(command, idempotency_key=idempotency_key)

    def reclassify_complaint(self, command: ReclassifyComplaint, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def measure_complaint_stage(self, command: MeasureComplaintStage, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def attribute_complaint_liability(
        self, command: AttributeComplaintLiability, *, idempotency_key: str
    ) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def appeal_complaint_liability(
        self, command: AppealComplaintLiability, *, idempotency_key: str
    ) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def arbitrate_complaint(self, command: ArbitrateComplaint, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def resolve_complaint(self, command: ResolveComplaint, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def record_complaint_follow_up(
        self, command: RecordComplaintFollowUp, *, idempotency_key: str
    ) -> Outcome:
        """Tell what came of asking; a customer who says it is not resolved reopens the complaint.

        The arguments are RecordComplaintFollowUp's; the outcome's events tell what followed: reopened,
        escalated, reclassified. Refused: ComplaintNotFiled, UnknownChoice (with_whom), UnreachedCannotAnswer.
        """
        return self.carry_out(command, idempotency_key=idempotency_key)

    def reopen_complaint(self, command: ReopenComplaint, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def close_complaint(self, command: CloseComplaint, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def impose_complaint_penalty(self, command: ImposeComplaintPenalty, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def choose_complaint_as_case(self, command: ChooseComplaintAsCase, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)
