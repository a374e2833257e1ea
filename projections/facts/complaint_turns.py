"""One row per time that a complaint was filed, reopened or closed: what it was at any moment follows."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Row

TURNS = {
    "complaint.filed": "filed",
    "complaint.reopened": "reopened",
    "complaint.closed": "closed",
}


class ComplaintTurn(Row, stream="complaint", name="complaint_turns", version=1):
    """A complaint is open after every turn but `closed`."""

    INDEXES = (("turned_at",),)

    complaint: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    turn: Annotated[str | None, First(TURNS)]
    """filed, reopened or closed."""
    turned_at: Annotated[datetime | None, First(*TURNS, field="occurred_at")]
    """When it turned so."""
