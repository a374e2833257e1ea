"""One row per figure that somebody else printed of a metric: never mixed with computed values."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from projections.facts.row import Key, Last, Row

PUBLISHED = "target.published"


class PublishedFigure(Row, stream="target", name="published_figures", version=1):
    """A figure for [period_start, period_end) with its rank among how many; published again, it replaces."""

    target: Annotated[str, Key()]
    period_start: Annotated[date, Key("period_start")]
    period_end: Annotated[date, Key("period_end")]
    who: Annotated[str, Key("who")]
    metric: Annotated[str | None, Last(PUBLISHED)]
    definition: Annotated[str | None, Last(PUBLISHED)]
    narrowed_to: Annotated[str | None, Last(PUBLISHED, field="where")]
    unit: Annotated[str | None, Last(PUBLISHED)]
    value: Annotated[Decimal | None, Last(PUBLISHED)]
    rank: Annotated[int | None, Last(PUBLISHED)]
    of: Annotated[int | None, Last(PUBLISHED)]
    published_at: Annotated[datetime | None, Last(PUBLISHED, field="occurred_at")]
