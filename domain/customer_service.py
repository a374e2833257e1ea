"""The commands of the platform, one method each: the only way in which a person or system makes events."""

from domain.call.commands import (
    AbandonCall,
    AnswerCall,
    EndCall,
    FlowOutCall,
    HandleCallFor,
    OfferCall,
    PressCallComplaintKey,
    QueueCall,
    RateCall,
    ReviewCall,
    TransferCall,
)
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
from domain.customer.commands import (
    AssignCustomerManager,
    AssignCustomerToCampaign,
    ChangeCustomerConsent,
    ChooseCustomerAsCase,
    ClassifyCustomer,
    ContactCustomer,
    EndCustomerContract,
    EraseCustomer,
    LinkCustomer,
    RecordCustomerCampaignResponse,
    RecordCustomerChurn,
    RecordCustomerDissatisfaction,
    RecordCustomerRating,
    RecordCustomerUsage,
    RegisterCustomer,
    ReleaseCustomerNumber,
    RepairCustomer,
    RequestCustomerRating,
    SignCustomerContract,
    TakeCustomerRetentionAction,
    WarnOfCustomer,
    WinBackCustomer,
)
from domain.organisation.commands import (
    ConfigureOrganisation,
)
from domain.unit.commands import (
    CloseUnit,
    GradeUnit,
    InspectUnit,
    MoveUnit,
    OpenUnit,
)
from domain.voiding import (
    VoidEvent,
)
from domain.volume.commands import (
    RecordVolume,
)

__all__ = ["CustomerService", "Outcome"]


class CustomerService(CommandApplication):
    """Every command, told at most once per idempotency key.

    A command is a struct of its arguments; it is answered by an Outcome or refused by a DomainError.
    """

    def offer_call(self, command: OfferCall, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def queue_call(self, command: QueueCall, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def answer_call(self, command: AnswerCall, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def abandon_call(self, command: AbandonCall, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def flow_out_call(self, command: FlowOutCall, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def transfer_call(self, command: TransferCall, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def handle_call_for(self, command: HandleCallFor, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def press_call_complaint_key(self, command: PressCallComplaintKey, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def end_call(self, command: EndCall, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def rate_call(self, command: RateCall, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def review_call(self, command: ReviewCall, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

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

    def register_customer(self, command: RegisterCustomer, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def classify_customer(self, command: ClassifyCustomer, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def link_customer(self, command: LinkCustomer, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def sign_customer_contract(self, command: SignCustomerContract, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def end_customer_contract(self, command: EndCustomerContract, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def record_customer_usage(self, command: RecordCustomerUsage, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def warn_of_customer(self, command: WarnOfCustomer, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def assign_customer_manager(self, command: AssignCustomerManager, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def contact_customer(self, command: ContactCustomer, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def take_customer_retention_action(
        self, command: TakeCustomerRetentionAction, *, idempotency_key: str
    ) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def request_customer_rating(self, command: RequestCustomerRating, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def record_customer_rating(self, command: RecordCustomerRating, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def record_customer_dissatisfaction(
        self, command: RecordCustomerDissatisfaction, *, idempotency_key: str
    ) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def repair_customer(self, command: RepairCustomer, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def change_customer_consent(self, command: ChangeCustomerConsent, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def choose_customer_as_case(self, command: ChooseCustomerAsCase, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def assign_customer_to_campaign(
        self, command: AssignCustomerToCampaign, *, idempotency_key: str
    ) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def record_customer_campaign_response(
        self, command: RecordCustomerCampaignResponse, *, idempotency_key: str
    ) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def release_customer_number(self, command: ReleaseCustomerNumber, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def record_customer_churn(self, command: RecordCustomerChurn, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def win_back_customer(self, command: WinBackCustomer, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def erase_customer(self, command: EraseCustomer, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def open_unit(self, command: OpenUnit, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def move_unit(self, command: MoveUnit, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def close_unit(self, command: CloseUnit, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def inspect_unit(self, command: InspectUnit, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def grade_unit(self, command: GradeUnit, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def record_volume(self, command: RecordVolume, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def configure_organisation(self, command: ConfigureOrganisation, *, idempotency_key: str) -> Outcome:
        """Have these rules; only those that changed become events."""
        return self.carry_out(command, idempotency_key=idempotency_key)

    def void_event(self, command: VoidEvent, *, idempotency_key: str) -> Outcome:
        """Take back an event of any stream; the stream's state is as if it had never been told."""
        return self.carry_out(command, idempotency_key=idempotency_key)
