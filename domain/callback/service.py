"""The commands on a callback, one method each."""

from domain.callback.commands import (
    AnswerCallback,
    AttemptCallback,
    CancelCallback,
    RecordCallbackFinding,
    ScheduleCallback,
    SettleDueCallback,
    SuppressCallback,
)
from domain.command_application import CommandApplication, Outcome


class CallbackCommands(CommandApplication):
    """What may be asked of a callback."""

    def schedule_callback(self, command: ScheduleCallback, *, idempotency_key: str) -> Outcome:
        """Have a customer called; one who is not to be called is suppressed with the reason, in the events.

        Refused: CallbackOfNobody, CallbackDueInThePast, CallbackScheduledOtherwise, CallbackIsOver.
        """
        return self.carry_out(command, idempotency_key=idempotency_key)

    def suppress_callback(self, command: SuppressCallback, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def attempt_callback(self, command: AttemptCallback, *, idempotency_key: str) -> Outcome:
        """Tell a call to the customer, which their own stream keeps too; or why it was suppressed."""
        return self.carry_out(command, idempotency_key=idempotency_key)

    def answer_callback(self, command: AnswerCallback, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def record_callback_finding(self, command: RecordCallbackFinding, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def cancel_callback(self, command: CancelCallback, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def settle_due_callback(self, command: SettleDueCallback, *, idempotency_key: str) -> Outcome:
        """Tell that nobody tried in time, at the due moment."""
        return self.carry_out(command, idempotency_key=idempotency_key)
