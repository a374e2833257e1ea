"""One row per place of a unit in the tree, so that the tree of any day can be followed."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Row


class UnitMove(Row, stream="unit", name="unit_moves", version=1):
    """The parent from `moved_at` on; opening is the first move."""

    unit: Annotated[str, Key()]
    """The stream id of the unit that has this place."""
    version: Annotated[int, Key("originator_version")]
    parent: Annotated[str | None, First("unit.opened", "unit.moved")]
    moved_at: Annotated[datetime | None, First("unit.opened", "unit.moved", field="occurred_at")]
    """From when on it has it: when it was opened or moved."""
