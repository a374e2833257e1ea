"""One row per link between two pseudonyms, and per number given back: what says who is one person."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Row


class CustomerLink(Row, stream="customer", name="customer_links", version=1):
    """A link `to` another customer id, or the end of this pseudonym's tenure."""

    customer: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    to: Annotated[str | None, First("customer.linked")]
    linked_at: Annotated[datetime | None, First("customer.linked", field="occurred_at")]
    released_at: Annotated[datetime | None, First("customer.number_released", field="occurred_at")]
