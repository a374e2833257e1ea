"""One row per grade that a partner was given, with the marks behind it."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from projections.facts.row import First, Key, Row

GRADED = "partner.graded"


class PartnerGrade(Row, stream="partner", name="partner_grades", version=1):
    """Double excellent goes by quality and price, double high by cooperation and satisfaction."""

    INDEXES = (("graded_at",),)

    partner: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    grade: Annotated[str | None, First(GRADED)]
    """The grade, such as 双优 or 双高."""
    quality: Annotated[Decimal | None, First(GRADED)]
    price: Annotated[Decimal | None, First(GRADED)]
    cooperation: Annotated[Decimal | None, First(GRADED)]
    satisfaction: Annotated[Decimal | None, First(GRADED)]
    unit: Annotated[str | None, First(GRADED)]
    graded_at: Annotated[datetime | None, First(GRADED, field="occurred_at")]
    """When it was given."""
