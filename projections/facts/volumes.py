"""One row per period of a volume: the bases of rates; a later recording of a period replaces."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from projections.facts.row import Key, Last, Row


class Volume(Row, stream="volume", name="volumes", version=2):
    """The value of [period_start, period_end)."""

    INDEXES = (("measure", "period_start"),)

    volume: Annotated[str, Key()]
    period_start: Annotated[date, Key("period_start")]
    measure: Annotated[str | None, Last("volume.recorded")]
    period_end: Annotated[date | None, Last("volume.recorded")]
    value: Annotated[Decimal | None, Last("volume.recorded")]
    line: Annotated[str | None, Last("volume.recorded")]
    product: Annotated[str | None, Last("volume.recorded")]
    customer_class: Annotated[str | None, Last("volume.recorded")]
    channel: Annotated[str | None, Last("volume.recorded")]
    partner_id: Annotated[str | None, Last("volume.recorded")]
    unit: Annotated[str | None, Last("volume.recorded")]
