"""One row per partner: a club, merchant or repair shop, since when and until when, and its latest grade."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from projections.facts.row import First, Key, Last, Row

ONBOARDED, GRADED, REMOVED = "partner.onboarded", "partner.graded", "partner.removed"


class Partner(Row, stream="partner", name="partners", version=1):
    """Whoever is onboarded again after a removal is there again."""

    partner: Annotated[str, Key()]
    kind: Annotated[str | None, Last(ONBOARDED)]
    brand: Annotated[str | None, Last(ONBOARDED)]
    unit: Annotated[str | None, Last(ONBOARDED)]
    onboarded_at: Annotated[datetime | None, First(ONBOARDED, field="occurred_at")]
    grade: Annotated[str | None, Last(GRADED)]
    quality: Annotated[Decimal | None, Last(GRADED)]
    price: Annotated[Decimal | None, Last(GRADED)]
    cooperation: Annotated[Decimal | None, Last(GRADED)]
    satisfaction: Annotated[Decimal | None, Last(GRADED)]
    graded_at: Annotated[datetime | None, Last(GRADED, field="occurred_at")]
    removed_at: Annotated[datetime | None, Last(REMOVED, field="occurred_at", cleared_by=(ONBOARDED,))]
    removed_for: Annotated[str | None, Last(REMOVED, field="reason", cleared_by=(ONBOARDED,))]
