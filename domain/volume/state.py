"""What is known of one volume: its measure and dimensions, and the value of each period."""

from datetime import date
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from domain.envelope import Event
from domain.volume.events import VolumeRecorded

DIMENSIONS = ("measure", "unit", "line", "product", "customer_class", "channel", "partner_id")

Dimensions = tuple[str | None, ...]
Period = tuple[date, date]


class Volume(msgspec.Struct, frozen=True, kw_only=True):
    """One measure with one set of dimension values; a later recording of a period replaces."""

    dimensions: Dimensions | None = None
    values: dict[Period, Decimal] = {}


def evolve(volume: Volume, event: Event) -> Volume:
    """Change the state by any event; those that decide nothing leave it as it is."""
    if not isinstance(event, VolumeRecorded):
        return volume
    period = (event.period_start, event.period_end)
    return replace(
        volume,
        dimensions=volume.dimensions or dimensions_of(event),
        values={**volume.values, period: event.value},
    )


def dimensions_of(told: object) -> Dimensions:
    """Read the measure and dimension values of a recording, or of a command to record."""
    return tuple(getattr(told, dimension) for dimension in DIMENSIONS)
