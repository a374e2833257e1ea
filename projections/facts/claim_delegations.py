"""One row per delegation: a survey or an assessment that another branch does, when it was due and done."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import polars as pl

from projections.facts.claim_parts import OfClaim, with_report
from projections.facts.row import First, Key, Last, Row

ITS_OWN = ("claim.delegated", "claim.delegation_completed", "claim.delegation_settled")


class ClaimDelegation(OfClaim, Row, stream="claim", name="claim_delegations", version=1):
    """Work of another branch; of another organisation's claim the report may be unknown here."""

    INDEXES = (("due_at",), ("completed_at",))

    delegation_id: Annotated[str, Key("delegation_id")]
    kind: Annotated[str | None, First("claim.delegated")]
    """survey or assessment."""
    from_unit: Annotated[str | None, First("claim.delegated")]
    to_unit: Annotated[str | None, First("claim.delegated")]
    """The branch that does the work, as an id without `unit-`."""
    relation: Annotated[str | None, First("claim.delegated")]
    due_at: Annotated[datetime | None, First("claim.delegated")]
    """By when it is to be done; null where no time was set."""
    fee_due: Annotated[Decimal | None, First("claim.delegated")]
    delegated_at: Annotated[datetime | None, First("claim.delegated", field="occurred_at")]
    documents_complete: Annotated[bool | None, Last("claim.delegation_completed")]
    """Whether all documents came back with it; null before, or where nobody said."""
    completed_at: Annotated[datetime | None, Last("claim.delegation_completed", field="occurred_at")]
    settled_amount: Annotated[Decimal | None, Last("claim.delegation_settled", field="amount")]
    settled_at: Annotated[datetime | None, Last("claim.delegation_settled", field="occurred_at")]

    @staticmethod
    def widen(events: pl.DataFrame) -> pl.DataFrame:
        """Let the report touch every delegation of its claim."""
        own = events.filter(pl.col("topic").is_in(ITS_OWN))
        return with_report(own, events, key="delegation_id")
