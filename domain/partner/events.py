"""What can happen to one partner: the events of the stream `partner`."""

from decimal import Decimal
from typing import ClassVar

from domain.envelope import Event


class PartnerOnboarded(Event, frozen=True, kw_only=True):
    """A club, merchant or repair shop works with the organisation."""

    TOPIC: ClassVar[str] = "partner.onboarded"

    kind: str
    brand: str | None = None


class PartnerGraded(Event, frozen=True, kw_only=True):
    """The partner has a grade: double excellent by quality and price, double high by the other two."""

    TOPIC: ClassVar[str] = "partner.graded"

    grade: str
    quality: Decimal | None = None
    price: Decimal | None = None
    cooperation: Decimal | None = None
    satisfaction: Decimal | None = None


class PartnerInspected(Event, frozen=True, kw_only=True):
    """An inspection gave points out of a possible number."""

    TOPIC: ClassVar[str] = "partner.inspected"

    kind: str
    points: Decimal
    out_of: Decimal
    subject_id: str | None = None


class PartnerRemoved(Event, frozen=True, kw_only=True):
    """The partner works with the organisation no longer."""

    TOPIC: ClassVar[str] = "partner.removed"

    reason: str
