"""The stream `campaign`: its events, state, rules and decisions."""

from domain.campaign.events import (
    CampaignEnded,
    CampaignLaunched,
)

__all__ = [
    "CampaignEnded",
    "CampaignLaunched",
]
