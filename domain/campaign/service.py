"""The commands on a campaign, one method each."""

from domain.campaign.commands import (
    EndCampaign,
    LaunchCampaign,
)
from domain.command_application import CommandApplication, Outcome


class CampaignCommands(CommandApplication):
    """What may be asked of a campaign."""

    def launch_campaign(self, command: LaunchCampaign, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def end_campaign(self, command: EndCampaign, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)
