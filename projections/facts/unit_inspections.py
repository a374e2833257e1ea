"""One row per inspection of a unit: points out of a possible number."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from projections.facts.row import OWN_ID, First, Key, Row

INSPECTED = "unit.inspected"


class UnitInspection(Row, stream="unit", name="unit_inspections", version=1):
    """A mystery shopper's visit, a certification, a check of clubs, files or fees (`kind`)."""

    INDEXES = (("inspected_at",),)

    inspected_unit: Annotated[str, Key()]
    """The stream id of the unit inspected."""
    version: Annotated[int, Key("originator_version")]
    unit: Annotated[str | None, First(INSPECTED, field=OWN_ID)]
    """The unit inspected, as other rows name it: the stream id without `unit-`."""
    kind: Annotated[str | None, First(INSPECTED)]
    """What was done, such as a mystery shopper's visit, a certification or a check of files."""
    points: Annotated[Decimal | None, First(INSPECTED)]
    """The points reached."""
    out_of: Annotated[Decimal | None, First(INSPECTED)]
    """The points possible."""
    subject_id: Annotated[str | None, First(INSPECTED)]
    agent_id: Annotated[str | None, First(INSPECTED)]
    """The inspector, as an id without `agent-`; null where nobody is named."""
    inspected_at: Annotated[datetime | None, First(INSPECTED, field="occurred_at")]
