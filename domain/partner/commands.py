"""What may be asked of one partner: the commands of the stream `partner`."""

from decimal import Decimal
from typing import ClassVar

from domain.envelope import Event
from domain.partner.events import (
    PartnerGraded,
    PartnerInspected,
    PartnerOnboarded,
    PartnerRemoved,
)
from domain.telling import Command


class OnboardPartner(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = PartnerOnboarded

    kind: str
    brand: str | None = None


class GradePartner(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = PartnerGraded

    grade: str
    quality: Decimal | None = None
    price: Decimal | None = None
    cooperation: Decimal | None = None
    satisfaction: Decimal | None = None


class InspectPartner(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = PartnerInspected

    kind: str
    points: Decimal
    out_of: Decimal
    subject_id: str | None = None


class RemovePartner(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = PartnerRemoved

    reason: str
