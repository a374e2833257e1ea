"""One row per aim and period: what a metric should reach, and what it would be splendid to reach."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from projections.facts.row import Key, Last, Row

SET = "target.set"


class Target(Row, stream="target", name="targets", version=1):
    """The target of [period_start, period_end); set again, it replaces. `narrowed_to`: dimension=value, …."""

    target: Annotated[str, Key()]
    period_start: Annotated[date, Key("period_start")]
    period_end: Annotated[date, Key("period_end")]
    metric: Annotated[str | None, Last(SET)]
    definition: Annotated[str | None, Last(SET)]
    narrowed_to: Annotated[str | None, Last(SET, field="where")]
    unit: Annotated[str | None, Last(SET)]
    """The unit it is set for, as an id without `unit-`; null: the whole organisation."""
    value: Annotated[Decimal | None, Last(SET, field="target")]
    """What the metric should reach, in the metric's own unit."""
    challenge: Annotated[Decimal | None, Last(SET)]
    """What it would be splendid to reach (挑战值); null where none was set."""
    direction: Annotated[str | None, Last(SET)]
    """Which way is better: higher or lower."""
    set_at: Annotated[datetime | None, Last(SET, field="occurred_at")]
    """When it was set last."""
