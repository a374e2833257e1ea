"""The stream `partner`: its events, state, rules and decisions."""

from domain.partner.events import (
    PartnerGraded,
    PartnerInspected,
    PartnerOnboarded,
    PartnerRemoved,
)

__all__ = [
    "PartnerGraded",
    "PartnerInspected",
    "PartnerOnboarded",
    "PartnerRemoved",
]
