"""One row per contract of a customer: what was signed, until when, and whether it still runs."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Last, Row

SIGNED = "customer.contract_signed"


class Contract(Row, stream="customer", name="contracts", version=1):
    """A contract or bundle, as it was last signed; one that is signed again runs again."""

    INDEXES = (("ended_at",),)

    customer: Annotated[str, Key()]
    contract_id: Annotated[str, Key("contract_id")]
    signed_at: Annotated[datetime | None, First(SIGNED, field="occurred_at")]
    """When it was first signed."""
    product: Annotated[str | None, Last(SIGNED)]
    bundle: Annotated[str | None, Last(SIGNED)]
    ends_at: Annotated[datetime | None, Last(SIGNED)]
    unit: Annotated[str | None, Last(SIGNED)]
    agent_id: Annotated[str | None, Last(SIGNED)]
    tier: Annotated[str | None, Last(SIGNED)]
    ended_at: Annotated[
        datetime | None, Last("customer.contract_ended", field="occurred_at", cleared_by=(SIGNED,))
    ]
    """When it ended; null while it runs, and since it was signed again."""
