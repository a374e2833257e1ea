"""One row per customer and period of usage, as it was last recorded."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from projections.facts.row import Key, Last, Row

RECORDED = "customer.usage_recorded"


class UsageMonth(Row, stream="customer", name="usage_months", version=1):
    """Spend and use from `period_start` to before `period_end`, mostly a month."""

    INDEXES = (("period_start",),)

    customer: Annotated[str, Key()]
    period_start: Annotated[date, Key("period_start")]
    period_end: Annotated[date | None, Last(RECORDED)]
    spend: Annotated[Decimal | None, Last(RECORDED)]
    """What the customer spent in the period."""
    volume: Annotated[Decimal | None, Last(RECORDED)]
    """How much was used, in the source's own unit; null where it does not say."""
    balance: Annotated[Decimal | None, Last(RECORDED)]
    """What was left on the account at the end; null where the source does not say."""
    plan: Annotated[str | None, Last(RECORDED)]
    """The tariff, as the source names it."""
    channel: Annotated[str | None, Last(RECORDED)]
    """By which channel the usage came; null: all of them."""
    unit: Annotated[str | None, Last(RECORDED)]
    tier: Annotated[str | None, Last(RECORDED)]
    told_at: Annotated[datetime | None, Last(RECORDED, field="occurred_at")]
    """When the period was last recorded, by its source."""
