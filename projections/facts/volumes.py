"""One row per period of a volume: the bases of rates; a later recording of a period replaces."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from projections.facts.row import Key, Last, Row


class Volume(Row, stream="volume", name="volumes", version=2):
    """The value of [period_start, period_end)."""

    INDEXES = (("measure", "period_start"),)

    volume: Annotated[str, Key()]
    """The stream id of the volume: one per measure, unit and dimension values."""
    period_start: Annotated[date, Key("period_start")]
    measure: Annotated[str | None, Last("volume.recorded")]
    """What is measured, such as waybills, customers, policies or insured_income."""
    period_end: Annotated[date | None, Last("volume.recorded")]
    value: Annotated[Decimal | None, Last("volume.recorded")]
    """How much, in the measure's own unit."""
    line: Annotated[str | None, Last("volume.recorded")]
    """The line of business that it is of; null: all."""
    product: Annotated[str | None, Last("volume.recorded")]
    """The product that it is of; null: all."""
    customer_class: Annotated[str | None, Last("volume.recorded")]
    """The class of customer that it is of; null: all."""
    channel: Annotated[str | None, Last("volume.recorded")]
    """The channel that it came by; null: all."""
    partner_id: Annotated[str | None, Last("volume.recorded")]
    """The partner that it is of, as an id without `partner-`; null: all."""
    unit: Annotated[str | None, Last("volume.recorded")]
    """The unit that it is of, as an id without `unit-`; null: the whole organisation."""
