"""One row per organisation unit, as it stands."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Last, Row, Sum


class Unit(Row, stream="unit", name="units", version=1):
    """A branch, station, store or platform and its present place in the tree."""

    unit: Annotated[str, Key()]
    """The unit's stream id: unit-<issuer>:<its number there>."""
    name: Annotated[str | None, Last("unit.opened")]
    """The name it was opened with last."""
    kind: Annotated[str | None, Last("unit.opened")]
    """What it is, such as branch, station, store or platform."""
    opened_at: Annotated[datetime | None, First("unit.opened", field="occurred_at")]
    """When it was opened."""
    parent: Annotated[str | None, Last("unit.opened", "unit.moved")]
    grade: Annotated[str | None, Last("unit.graded")]
    """The grade given last; null before the first."""
    inspections: Annotated[int | None, Sum({"unit.inspected": 1})]
    """How often it was inspected; null if never."""
    closed_at: Annotated[datetime | None, Last("unit.closed", field="occurred_at")]
    """When it was closed; null while it is there."""
