"""One row per assignment of somebody who looks after a customer, so that any day can be asked who did."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Row

ASSIGNED = "customer.manager_assigned"


class ManagerAssignment(Row, stream="customer", name="manager_assignments", version=1):
    """Manager A or B, or the second guardian, from `assigned_at` until the next in the role."""

    INDEXES = (("manager_id",),)

    customer: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    role: Annotated[str | None, First(ASSIGNED)]
    """A or B (AB角), or second_guardian (第二保护人), as the source names it."""
    manager_id: Annotated[str | None, First(ASSIGNED)]
    """Who looks after the customer from then on: a person or a unit, as the source names them."""
    assigned_at: Annotated[datetime | None, First(ASSIGNED, field="occurred_at")]
    """From when on, until the next in the role."""
    unit: Annotated[str | None, First(ASSIGNED)]
    tier: Annotated[str | None, First(ASSIGNED)]
