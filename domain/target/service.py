"""The commands on a target, one method each."""

from domain.command_application import CommandApplication, Outcome
from domain.target.commands import (
    PublishTarget,
    SetTarget,
)


class TargetCommands(CommandApplication):
    """What may be asked of a target."""

    def set_target(self, command: SetTarget, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def publish_target(self, command: PublishTarget, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)
