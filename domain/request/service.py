"""The commands on a request, one method each."""

from domain.command_application import CommandApplication, Outcome
from domain.request.commands import (
    CancelRequest,
    FulfilRequest,
    HandOverRequest,
    RaiseRequest,
    ReturnRequest,
)


class RequestCommands(CommandApplication):
    """What may be asked of a request."""

    def raise_request(self, command: RaiseRequest, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def hand_over_request(self, command: HandOverRequest, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def return_request(self, command: ReturnRequest, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def fulfil_request(self, command: FulfilRequest, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def cancel_request(self, command: CancelRequest, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)
