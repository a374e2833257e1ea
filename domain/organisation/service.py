"""The commands on the organisation, one method each."""

from domain.command_application import CommandApplication, Outcome
from domain.organisation.commands import (
    ConfigureOrganisation,
)


class OrganisationCommands(CommandApplication):
    """What may be asked of the organisation."""

    def configure_organisation(self, command: ConfigureOrganisation, *, idempotency_key: str) -> Outcome:
        """Have these rules; only those that changed become events."""
        return self.carry_out(command, idempotency_key=idempotency_key)
