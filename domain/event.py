"""The event that takes back another event of its stream, and how one is made."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from domain.envelope import UNNUMBERED, Event
from domain.errors import DomainError


class EventVoided(Event, frozen=True, kw_only=True):
    """An earlier event of this stream is as if it had never been told."""

    TOPIC: ClassVar[str] = "event.voided"

    topic: str
    version: int
    reason: str


@dataclass(kw_only=True)
class AVoidIsNotVoided(DomainError):
    """A void is not voided: tell the event again."""

    originator_id: str
    version: int


def void(event: Event, *, reason: str, now: datetime) -> EventVoided:
    """Take an event back: at its own occurred_at, recorded now; whoever appends it numbers it."""
    if isinstance(event, EventVoided):
        raise AVoidIsNotVoided(originator_id=event.originator_id, version=event.originator_version)
    return EventVoided(
        originator_id=event.originator_id,
        originator_version=UNNUMBERED,
        occurred_at=event.occurred_at,
        recorded_at=now,
        source=event.source,
        customer_id=event.customer_id,
        unit=event.unit,
        agent_id=event.agent_id,
        campaign_id=event.campaign_id,
        tier=event.tier,
        topic=event.TOPIC,
        version=event.originator_version,
        reason=reason,
    )
