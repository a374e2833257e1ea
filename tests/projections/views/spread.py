"""Random logs spread over days, with customers who are met again in other streams: what views are made of."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from domain.envelope import Event
from domain.event import EventVoided
from tests.projections.logs import START, TOLD_FROM, Log, Logged

DAYS_HAPPENED = (0, 1, 2, 8, 31)
"""Events of a random log happen in one of five seconds: each of these becomes a day."""
CUSTOMERS = {"": "x:1", "x": "x:2", "华东": "x:3", "null": "x:4"}
ENVELOPE = ("occurred_at", "recorded_at")
NAMES_OF_CUSTOMERS = ("customer_id", "to")


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is told until a day is refreshed, and that day as an offset from the first."""

    log: Log
    day: int


def spread(log: Log) -> Log:
    """The same log with seconds for days, and customers by the ids of their streams."""
    return [Logged(position, _spread(event)) for position, event in log]


def _spread(event: Event) -> Event:
    values: dict[str, Any] = {}
    for name in event.__struct_fields__:
        value = getattr(event, name)
        if isinstance(value, datetime):
            values[name] = later(value)
        elif name in NAMES_OF_CUSTOMERS and isinstance(value, str):
            values[name] = CUSTOMERS.get(value, value)
    if isinstance(event, EventVoided):
        values["recorded_at"] = max(values["recorded_at"], values["occurred_at"])
    return msgspec.structs.replace(event, **values)


def later(moment: datetime) -> datetime:
    """Days instead of seconds after the first moment; what was told much later is told day after day."""
    told_after = moment - TOLD_FROM
    if told_after >= timedelta(seconds=-3):
        return START + timedelta(days=max(told_after.seconds if told_after.days >= 0 else 0, 0) // 2)
    seconds, rest = divmod(moment - START, timedelta(seconds=1))
    return START + timedelta(days=DAYS_HAPPENED[min(seconds, len(DAYS_HAPPENED) - 1)]) + rest
