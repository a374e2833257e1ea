"""One row per word of a customer on contact for a purpose, so that any day can be asked what held then."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Row

CHANGED = "customer.consent_changed"


class Consent(Row, stream="customer", name="consents", version=1):
    """Allowed or refused for a purpose (or `any`), from `changed_at` until the next word on it."""

    INDEXES = (("purpose", "changed_at"),)

    customer: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    purpose: Annotated[str | None, First(CHANGED)]
    """What may or may not be done, a code; `any` stands for all."""
    granted: Annotated[bool | None, First(CHANGED)]
    """Whether the customer allows it; false is a refusal."""
    basis: Annotated[str | None, First(CHANGED)]
    """The lawful basis, a code; null where none was recorded."""
    unit: Annotated[str | None, First(CHANGED)]
    changed_at: Annotated[datetime | None, First(CHANGED, field="occurred_at")]
    """From when on, until the next word on the purpose."""
