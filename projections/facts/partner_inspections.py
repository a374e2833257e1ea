"""One row per inspection of a partner: points out of a possible number."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from projections.facts.row import OWN_ID, First, Key, Row

INSPECTED = "partner.inspected"


class PartnerInspection(Row, stream="partner", name="partner_inspections", version=1):
    """A mystery shopper's visit, a certification, a check of clubs, files or fees (`kind`)."""

    INDEXES = (("inspected_at",),)

    inspected_partner: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    partner_id: Annotated[str | None, First(INSPECTED, field=OWN_ID)]
    unit: Annotated[str | None, First(INSPECTED)]
    kind: Annotated[str | None, First(INSPECTED)]
    points: Annotated[Decimal | None, First(INSPECTED)]
    out_of: Annotated[Decimal | None, First(INSPECTED)]
    subject_id: Annotated[str | None, First(INSPECTED)]
    agent_id: Annotated[str | None, First(INSPECTED)]
    inspected_at: Annotated[datetime | None, First(INSPECTED, field="occurred_at")]
