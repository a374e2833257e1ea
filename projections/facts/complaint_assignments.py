"""One row per time that a complaint was given to a unit, so that any moment knows who handled it."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Row

GIVEN = ("complaint.assigned", "complaint.handed_over")


class ComplaintAssignment(Row, stream="complaint", name="complaint_assignments", version=1):
    """From `assigned_at` on it lies with `to_unit`."""

    complaint: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    to_unit: Annotated[str | None, First(*GIVEN)]
    assigned_at: Annotated[datetime | None, First(*GIVEN, field="occurred_at")]
    """From when on it lies with the unit, until it is given to another."""
