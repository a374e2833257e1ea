"""What can happen to one campaign: the events of the stream `campaign`."""

from typing import ClassVar

from domain.envelope import Event, Time


class CampaignLaunched(Event, frozen=True, kw_only=True):
    """An offer, survey or event began; control_share, in parts per million, is left alone on purpose."""

    TOPIC: ClassVar[str] = "campaign.launched"

    kind: str
    ends_at: Time | None = None
    control_share: int


class CampaignEnded(Event, frozen=True, kw_only=True):
    """The campaign is over."""

    TOPIC: ClassVar[str] = "campaign.ended"
