"""The commands on a partner, one method each."""

from domain.command_application import CommandApplication, Outcome
from domain.partner.commands import (
    GradePartner,
    InspectPartner,
    OnboardPartner,
    RemovePartner,
)


class PartnerCommands(CommandApplication):
    """What may be asked of a partner."""

    def onboard_partner(self, command: OnboardPartner, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def grade_partner(self, command: GradePartner, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def inspect_partner(self, command: InspectPartner, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def remove_partner(self, command: RemovePartner, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)
