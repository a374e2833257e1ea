"""The base of a rate: the events of the stream `volume`."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from domain.envelope import Event


class VolumeRecorded(Event, frozen=True, kw_only=True):
    """The value of one period [period_start, period_end); a later recording of the period replaces it."""

    TOPIC: ClassVar[str] = "volume.recorded"

    measure: str
    period_start: date
    period_end: date
    value: Decimal
    line: str | None = None
    product: str | None = None
    customer_class: str | None = None
    channel: str | None = None
    partner_id: str | None = None
