"""What may be asked of one target: the commands of the stream `target`."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from domain.envelope import Event
from domain.target.events import TargetPublished, TargetSet
from domain.telling import Command


class SetTarget(Command, frozen=True, kw_only=True):
    """Say what a metric should reach; `where` as in read_where, direction says which is better."""

    EVENT: ClassVar[type[Event]] = TargetSet

    metric: str
    definition: str | None = None
    where: str | None = None
    period_start: date
    period_end: date
    target: Decimal
    challenge: Decimal | None = None
    direction: str


class PublishTarget(Command, frozen=True, kw_only=True):
    """Keep the figure that somebody else printed for the metric, with its rank among how many."""

    EVENT: ClassVar[type[Event]] = TargetPublished

    metric: str
    definition: str | None = None
    where: str | None = None
    period_start: date
    period_end: date
    value: Decimal
    who: str
    rank: int | None = None
    of: int | None = None
