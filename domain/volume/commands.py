"""What may be asked of one volume: the commands of the stream `volume`."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from domain.envelope import Event
from domain.telling import Command
from domain.volume.events import (
    VolumeRecorded,
)


class RecordVolume(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = VolumeRecorded

    measure: str
    period_start: date
    period_end: date
    value: Decimal
    line: str | None = None
    product: str | None = None
    customer_class: str | None = None
    channel: str | None = None
    partner_id: str | None = None
