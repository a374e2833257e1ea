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
    """What it is: club, merchant or repair_shop."""
    brand: Annotated[str | None, Last(ONBOARDED)]
    """The brand that it carries or repairs, as the source names it."""
    unit: Annotated[str | None, Last(ONBOARDED)]
    onboarded_at: Annotated[datetime | None, First(ONBOARDED, field="occurred_at")]
    """When it first joined."""
    grade: Annotated[str | None, Last(GRADED)]
    quality: Annotated[Decimal | None, Last(GRADED)]
    price: Annotated[Decimal | None, Last(GRADED)]
    cooperation: Annotated[Decimal | None, Last(GRADED)]
    satisfaction: Annotated[Decimal | None, Last(GRADED)]
    graded_at: Annotated[datetime | None, Last(GRADED, field="occurred_at")]
    """When it was last graded; null if never."""
    removed_at: Annotated[datetime | None, Last(REMOVED, field="occurred_at", cleared_by=(ONBOARDED,))]
    """When it was removed; null while it is there, and since it joined again."""
    removed_for: Annotated[str | None, Last(REMOVED, field="reason", cleared_by=(ONBOARDED,))]
    """Why it was removed, a code; null while it is there."""
