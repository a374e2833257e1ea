"""What a metric should be, and what others printed of it: the events of the stream `target`."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from domain.envelope import Event


class TargetSet(Event, frozen=True, kw_only=True):
    """What a metric should reach in [period_start, period_end); set again, it replaces.

    `where` narrows it, as `dimension=value` joined by commas; direction says which is better: `higher` or
    `lower`.
    """

    TOPIC: ClassVar[str] = "target.set"

    metric: str
    definition: str | None = None
    where: str | None = None
    period_start: date
    period_end: date
    target: Decimal
    challenge: Decimal | None = None
    direction: str


class TargetPublished(Event, frozen=True, kw_only=True):
    """A figure that somebody else printed, with its rank among how many: never mixed with computed values."""

    TOPIC: ClassVar[str] = "target.published"

    metric: str
    definition: str | None = None
    where: str | None = None
    period_start: date
    period_end: date
    value: Decimal
    who: str
    rank: int | None = None
    of: int | None = None
