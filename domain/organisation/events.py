"""How the organisation's rules change: the events of the stream `organisation`."""

from datetime import date
from typing import ClassVar

from domain.envelope import Event


class OrganisationConfigured(Event, frozen=True, kw_only=True):
    """A rule (kind, name) reads as the JSON text in body from valid_from on."""

    TOPIC: ClassVar[str] = "organisation.configured"

    kind: str
    name: str
    valid_from: date
    body: str
