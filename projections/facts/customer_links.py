"""One row per link between two pseudonyms, and per number given back: what says who is one person."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Row


class CustomerLink(Row, stream="customer", name="customer_links", version=1):
    """A link `to` another customer id, or the end of this pseudonym's tenure."""

    customer: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    to: Annotated[str | None, First("customer.linked")]
    """Another pseudonym (a customer_id) of the same person; null where a number was given back."""
    linked_at: Annotated[datetime | None, First("customer.linked", field="occurred_at")]
    """When the two were told to be one person; null where a number was given back."""
    released_at: Annotated[datetime | None, First("customer.number_released", field="occurred_at")]
    """When the number was given back; null of a link."""
