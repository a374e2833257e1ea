"""Decisions on a customer in campaigns: which arm, drawn where none is named, and what they answered."""

from msgspec.structs import replace

from domain.campaign.arms import arm_of
from domain.campaign.state import Campaign
from domain.customer import commands as c
from domain.customer.person import as_one_person
from domain.customer.refusals import ArmIsFixed, CampaignNotRunning, NotInCampaign
from domain.customer.state import Customer
from domain.envelope import Event, short_id
from domain.telling import Situation, moment_of, tell


def campaign_stream(campaign_id: str) -> str:
    """Name the stream of a campaign."""
    return f"campaign-{campaign_id}"


def assign_to_campaign(
    customer: Customer, command: c.AssignCustomerToCampaign, situation: Situation
) -> tuple[Event, ...]:
    """Put the customer into an arm of a running campaign, for good.

    An arm that is not named is that of a linked pseudonym, or else drawn.
    """
    arm = customer.arms.get(command.campaign_id)
    if arm is not None:
        check_same_arm(arm, command)
        return ()
    campaign = campaign_of(command, situation)
    person = as_one_person(customer, originator_id=command.originator_id, others=situation.others)
    asked = command.arm or person.arms.get(command.campaign_id) or drawn_arm(campaign, command)
    return (tell(replace(command, arm=asked), now=situation.now),)


def drawn_arm(campaign: Campaign, command: c.AssignCustomerToCampaign) -> str:
    """Draw the customer's arm by the share that the campaign leaves alone."""
    return arm_of(
        campaign_id=command.campaign_id,
        customer_id=short_id(command.originator_id),
        control_share=campaign.launched.control_share if campaign.launched else 0,
    )


def check_same_arm(arm: str, command: c.AssignCustomerToCampaign) -> None:
    """Refuse another arm than the one the customer is in."""
    if command.arm not in (None, arm):
        raise ArmIsFixed(
            originator_id=command.originator_id,
            campaign_id=command.campaign_id,
            arm=arm,
            asked=str(command.arm),
        )


def campaign_of(command: c.AssignCustomerToCampaign, situation: Situation) -> Campaign:
    """Read the campaign; refuse one that is not running at the command's moment."""
    campaign: Campaign = situation.others[campaign_stream(command.campaign_id)]
    moment = moment_of(command, now=situation.now)
    if not campaign.is_running(at=moment):
        raise CampaignNotRunning(
            originator_id=command.originator_id, campaign_id=command.campaign_id, at=moment
        )
    return campaign


def record_campaign_response(
    customer: Customer, command: c.RecordCustomerCampaignResponse, situation: Situation
) -> tuple[Event, ...]:
    """Tell the answer of a customer in the campaign, each time; also of one who was left alone.

    Whoever was left alone may hear of it from others: to leave their answers out would make the campaign
    look better than it was, since both arms are compared as they were assigned.
    """
    if command.campaign_id not in customer.arms:
        raise NotInCampaign(originator_id=command.originator_id, campaign_id=command.campaign_id)
    return (tell(command, now=situation.now),)
