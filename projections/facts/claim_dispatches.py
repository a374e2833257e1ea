"""One row per dispatch: who was sent, how soon, and to which repair shop the car goes."""

from datetime import datetime
from typing import Annotated

from projections.facts.claim_parts import StepOfClaim
from projections.facts.row import First, Row


class ClaimDispatch(StepOfClaim, Row, stream="claim", name="claim_dispatches", version=1):
    """A surveyor sent; `response_ms` is the source's own time from report to dispatch."""

    STEPS = "claim.dispatched"
    INDEXES = (("dispatched_at",),)

    surveyor: Annotated[str | None, First("claim.dispatched")]
    """Who was sent, as the source names them."""
    response_ms: Annotated[int | None, First("claim.dispatched")]
    """From the report to the dispatch, in milliseconds, as the source measured it."""
    repair_shop: Annotated[str | None, First("claim.dispatched")]
    brand: Annotated[str | None, First("claim.dispatched")]
    """The brand of the car, as the source names it."""
    agent_id: Annotated[str | None, First("claim.dispatched")]
    """Who sent them, as an id without `agent-`; null where nobody is named."""
    dispatched_at: Annotated[datetime | None, First("claim.dispatched", field="occurred_at")]
    """When they were sent."""
