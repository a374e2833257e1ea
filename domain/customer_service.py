"""The commands of the platform, one method each: the only way in which a person or system makes events."""

from domain.agent.service import AgentCommands
from domain.call.service import CallCommands
from domain.callback.service import CallbackCommands
from domain.campaign.service import CampaignCommands
from domain.claim.service import ClaimCommands
from domain.command_application import Outcome
from domain.complaint.service import ComplaintCommands
from domain.customer.service import CustomerCommands
from domain.member.service import MemberCommands
from domain.organisation.service import OrganisationCommands
from domain.partner.service import PartnerCommands
from domain.request.service import RequestCommands
from domain.target.service import TargetCommands
from domain.unit.service import UnitCommands
from domain.voiding import VoidEvent
from domain.volume.service import VolumeCommands

__all__ = ["CustomerService", "Outcome"]


class CustomerService(
    CallCommands,
    ComplaintCommands,
    CustomerCommands,
    RequestCommands,
    ClaimCommands,
    UnitCommands,
    VolumeCommands,
    CallbackCommands,
    AgentCommands,
    PartnerCommands,
    CampaignCommands,
    TargetCommands,
    MemberCommands,
    OrganisationCommands,
):
    """Every command, told at most once per idempotency key; the methods are listed stream by stream.

    A command is a struct of its arguments; it is answered by an Outcome or refused by a DomainError.
    """

    def void_event(self, command: VoidEvent, *, idempotency_key: str) -> Outcome:
        """Take back an event of any stream; the stream's state is as if it had never been told."""
        return self.carry_out(command, idempotency_key=idempotency_key)
