"""The commands on a call, one method each."""

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


class CallCommands(CommandApplication):
    """What may be asked of a call."""

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
