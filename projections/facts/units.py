"""One row per organisation unit, as it stands."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Last, Row, Sum


class Unit(Row, stream="unit", name="units", version=1):
    """A branch, station, store or platform and its present place in the tree."""

    unit: Annotated[str, Key()]
    name: Annotated[str | None, Last("unit.opened")]
    kind: Annotated[str | None, Last("unit.opened")]
    opened_at: Annotated[datetime | None, First("unit.opened", field="occurred_at")]
    parent: Annotated[str | None, Last("unit.opened", "unit.moved")]
    grade: Annotated[str | None, Last("unit.graded")]
    inspections: Annotated[int | None, Sum({"unit.inspected": 1})]
    closed_at: Annotated[datetime | None, Last("unit.closed", field="occurred_at")]
