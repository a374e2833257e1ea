"""One row per stage of the shipment complained of: its standard, its own time, and when it was due."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import Key, Last, Row


class ComplaintStage(Row, stream="complaint", name="complaint_stages", version=1):
    """A stage as it was measured last; `ordinal` gives the order of a shipment's stages."""

    complaint: Annotated[str, Key()]
    stage: Annotated[str, Key("stage")]
    """The stage of the shipment, such as pick_up or linehaul, as the source names it."""
    ordinal: Annotated[int | None, Last("complaint.stage_measured")]
    """Its place in the order of the stages, from the first."""
    party: Annotated[str | None, Last("complaint.stage_measured")]
    standard_ms: Annotated[int | None, Last("complaint.stage_measured")]
    """The time that the stage may take, in milliseconds; null where there is no standard."""
    actual_ms: Annotated[int | None, Last("complaint.stage_measured")]
    """The time that it took, in milliseconds."""
    due_at: Annotated[datetime | None, Last("complaint.stage_measured")]
    """By when the stage was to end."""
    ended_at: Annotated[datetime | None, Last("complaint.stage_measured")]
    """When it ended."""
    unit: Annotated[str | None, Last("complaint.stage_measured")]
    """The unit that did it, as an id without `unit-`."""
    measured_at: Annotated[datetime | None, Last("complaint.stage_measured", field="occurred_at")]
    """When it was measured last."""
