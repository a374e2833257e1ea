"""Every way in which a command on a partner is refused."""

from dataclasses import dataclass

from domain.errors import DomainError


@dataclass(kw_only=True)
class PartnerNotOnboarded(DomainError):
    """Only a partner who works with the organisation is graded, inspected or removed."""

    originator_id: str


@dataclass(kw_only=True)
class PartnerOnboardedOtherwise(DomainError):
    """The partner works with the organisation already, as another kind or brand."""

    originator_id: str
    kind: str
    brand: str | None
