"""What may be asked of one campaign: the commands of the stream `campaign`."""

from datetime import datetime
from typing import ClassVar

from domain.campaign.events import CampaignEnded, CampaignLaunched
from domain.envelope import Event
from domain.telling import Command


class LaunchCampaign(Command, frozen=True, kw_only=True):
    """Begin a campaign; control_share is in parts per million."""

    EVENT: ClassVar[type[Event]] = CampaignLaunched

    kind: str
    ends_at: datetime | None = None
    control_share: int


class EndCampaign(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CampaignEnded
