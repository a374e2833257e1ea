"""One row per early warning or key moment of a customer."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Row

WARNED = "customer.warned"


class EarlyWarning(Row, stream="customer", name="warnings", version=1):
    """What was warned of, and by when somebody is to act."""

    INDEXES = (("due_at",),)

    customer: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    kind: Annotated[str | None, First(WARNED)]
    """What of: a contract about to end, another device, falling usage, a competitor, and so on; a code."""
    warned_at: Annotated[datetime | None, First(WARNED, field="occurred_at")]
    due_at: Annotated[datetime | None, First(WARNED)]
    """By when somebody is to act; null where no time was set."""
    unit: Annotated[str | None, First(WARNED)]
    agent_id: Annotated[str | None, First(WARNED)]
    tier: Annotated[str | None, First(WARNED)]
