"""The stream `organisation`: its events, state, rules and decisions."""

from domain.organisation.events import (
    OrganisationConfigured,
)

__all__ = [
    "OrganisationConfigured",
]
