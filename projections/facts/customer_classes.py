"""One row per classification of a customer, so that any day can be asked what it was then."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Row


class CustomerClass(Row, stream="customer", name="customer_classes", version=1):
    """A scheme's value from `classified_at` until the next classification in the scheme."""

    INDEXES = (("scheme", "classified_at"),)

    customer: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    scheme: Annotated[str | None, First("customer.classified")]
    """value, brand, market, account, account_class, lifecycle, sensitivity or relation."""
    value: Annotated[str | None, First("customer.classified")]
    """The class in the scheme from then on."""
    classified_at: Annotated[datetime | None, First("customer.classified", field="occurred_at")]
    """From when on the customer has it."""
