"""One row per figure that somebody else printed of a metric: never mixed with computed values."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from projections.facts.row import Key, Last, Row

PUBLISHED = "target.published"


class PublishedFigure(Row, stream="target", name="published_figures", version=1):
    """A figure for [period_start, period_end) with its rank among how many; published again, it replaces."""

    target: Annotated[str, Key()]
    """The stream id of the figure: one per metric, definition, unit and dimensions."""
    period_start: Annotated[date, Key("period_start")]
    period_end: Annotated[date, Key("period_end")]
    who: Annotated[str, Key("who")]
    """Who printed it."""
    metric: Annotated[str | None, Last(PUBLISHED)]
    definition: Annotated[str | None, Last(PUBLISHED)]
    narrowed_to: Annotated[str | None, Last(PUBLISHED, field="where")]
    unit: Annotated[str | None, Last(PUBLISHED)]
    """The unit it is about, as an id without `unit-`; null: the whole organisation."""
    value: Annotated[Decimal | None, Last(PUBLISHED)]
    """The figure as printed, in the metric's own unit."""
    rank: Annotated[int | None, Last(PUBLISHED)]
    """The rank printed beside it; null where none was."""
    of: Annotated[int | None, Last(PUBLISHED)]
    """How many were ranked; null where that was not printed."""
    published_at: Annotated[datetime | None, Last(PUBLISHED, field="occurred_at")]
    """When it was printed, as told last."""
