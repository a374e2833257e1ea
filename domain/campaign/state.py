"""What a campaign has become: the state, and how every event of the stream changes it."""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from domain.campaign.events import CampaignEnded, CampaignLaunched
from domain.envelope import Event


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides what may happen next in a campaign."""

    launched: CampaignLaunched | None = None
    ended_at: datetime | None = None

    def is_running(self, *, at: datetime) -> bool:
        """Whether it was launched by then and not over: neither ended nor past the end it was given."""
        if self.launched is None or at < self.launched.occurred_at:
            return False
        ends = [end for end in (self.ended_at, self.launched.ends_at) if end is not None]
        return all(at < end for end in ends)


def evolve(campaign: Campaign, event: Event) -> Campaign:
    """Change the state by any event; those that decide nothing leave it as it is."""
    if isinstance(event, CampaignLaunched):
        return replace(campaign, launched=event)
    if isinstance(event, CampaignEnded):
        return replace(campaign, ended_at=event.occurred_at)
    return campaign
