"""One row per visit of a member to a club: with how many guests, and what settled it."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from projections.facts.row import First, Key, Row

VISITED = "member.club_visited"


class ClubVisit(Row, stream="member", name="club_visits", version=1):
    """`kind` as in the entitlement; settled by an entitlement, by points, or paid."""

    INDEXES = (("visited_at",), ("customer_id",))

    member: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    partner_id: Annotated[str | None, First(VISITED)]
    kind: Annotated[str | None, First(VISITED)]
    """What was used, by the names of entitlements."""
    guests: Annotated[int | None, First(VISITED)]
    """How many came with the member."""
    settled_by: Annotated[str | None, First(VISITED)]
    """How it was settled: entitlement, points or paid."""
    settlement_amount: Annotated[Decimal | None, First(VISITED)]
    """What the club is owed for it; null where nothing is."""
    customer_id: Annotated[str | None, First(VISITED)]
    unit: Annotated[str | None, First(VISITED)]
    tier: Annotated[str | None, First(VISITED)]
    campaign_id: Annotated[str | None, First(VISITED)]
    visited_at: Annotated[datetime | None, First(VISITED, field="occurred_at")]
    """When the visit took place."""
