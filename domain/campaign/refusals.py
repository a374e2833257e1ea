"""Every way in which a command on a campaign is refused."""

from dataclasses import dataclass
from datetime import datetime

from domain.errors import DomainError


@dataclass(kw_only=True)
class CampaignLaunchedOtherwise(DomainError):
    """A campaign is launched once: its kind, end and control share stay as they were told."""

    originator_id: str


@dataclass(kw_only=True)
class CampaignNotLaunched(DomainError):
    """Only a campaign that was launched ends."""

    originator_id: str


@dataclass(kw_only=True)
class CampaignEndsBeforeItBegins(DomainError):
    """A campaign ends after its launch."""

    originator_id: str
    ends_at: datetime
    launched_at: datetime


@dataclass(kw_only=True)
class ControlShareOutOfRange(DomainError):
    """The share left alone is between nobody and everybody, in parts per million."""

    originator_id: str
    control_share: int
