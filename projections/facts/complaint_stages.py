"""One row per stage of the shipment complained of: its standard, its own time, and when it was due."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import Key, Last, Row


class ComplaintStage(Row, stream="complaint", name="complaint_stages", version=1):
    """A stage as it was measured last; `ordinal` gives the order of a shipment's stages."""

    complaint: Annotated[str, Key()]
    stage: Annotated[str, Key("stage")]
    ordinal: Annotated[int | None, Last("complaint.stage_measured")]
    party: Annotated[str | None, Last("complaint.stage_measured")]
    standard_ms: Annotated[int | None, Last("complaint.stage_measured")]
    actual_ms: Annotated[int | None, Last("complaint.stage_measured")]
    due_at: Annotated[datetime | None, Last("complaint.stage_measured")]
    ended_at: Annotated[datetime | None, Last("complaint.stage_measured")]
    unit: Annotated[str | None, Last("complaint.stage_measured")]
    measured_at: Annotated[datetime | None, Last("complaint.stage_measured", field="occurred_at")]
