"""One row per document of a claim; what it is asked by, its claim says."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Row


class ClaimDocument(Row, stream="claim", name="claim_documents", version=1):
    """A document that is there; of a kind there may be several."""

    claim: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    kind: Annotated[str | None, First("claim.document_received")]
    """What it is, by the names of the organisation's lists."""
    unit: Annotated[str | None, First("claim.document_received")]
    """The unit that got it, as an id without `unit-`."""
    agent_id: Annotated[str | None, First("claim.document_received")]
    customer_id: Annotated[str | None, First("claim.document_received")]
    received_at: Annotated[datetime | None, First("claim.document_received", field="occurred_at")]
    """When it came in."""
