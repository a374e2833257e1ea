"""Decisions on a campaign: launched once, with the share that is left alone, and ended."""

from collections.abc import Callable
from typing import Any

from domain.campaign.arms import EVERYBODY
from domain.campaign.commands import EndCampaign, LaunchCampaign
from domain.campaign.refusals import (
    CampaignEndsBeforeItBegins,
    CampaignLaunchedOtherwise,
    CampaignNotLaunched,
    ControlShareOutOfRange,
)
from domain.campaign.state import Campaign
from domain.envelope import Event
from domain.telling import Command, Situation, moment_of, says_the_same, tell, tell_unless


def decide(campaign: Campaign, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Answer a command with the events it makes, none if it is so already; raises a DomainError."""
    return DECISIONS[type(command)](campaign, command, situation)


def launch(campaign: Campaign, command: LaunchCampaign, situation: Situation) -> tuple[Event, ...]:
    """Begin a campaign, once."""
    if campaign.launched is not None:
        if not says_the_same(command, campaign.launched):
            raise CampaignLaunchedOtherwise(originator_id=command.originator_id)
        return ()
    check_launch(command, situation)
    return (tell(command, now=situation.now),)


def check_launch(command: LaunchCampaign, situation: Situation) -> None:
    """Refuse a share beyond everybody, and an end before the beginning."""
    if not 0 <= command.control_share <= EVERYBODY:
        raise ControlShareOutOfRange(originator_id=command.originator_id, control_share=command.control_share)
    launched_at = moment_of(command, now=situation.now)
    if command.ends_at is not None and command.ends_at <= launched_at:
        raise CampaignEndsBeforeItBegins(
            originator_id=command.originator_id, ends_at=command.ends_at, launched_at=launched_at
        )


def end(campaign: Campaign, command: EndCampaign, situation: Situation) -> tuple[Event, ...]:
    """End a campaign that was launched."""
    if campaign.launched is None:
        raise CampaignNotLaunched(originator_id=command.originator_id)
    return tell_unless(campaign.ended_at is not None, command, now=situation.now)


DECISIONS: dict[type[Command], Callable[[Campaign, Any, Situation], tuple[Event, ...]]] = {
    LaunchCampaign: launch,
    EndCampaign: end,
}
