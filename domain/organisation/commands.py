"""What may be asked of the organisation: to follow these rules."""

from datetime import date
from typing import ClassVar, NamedTuple

from domain.envelope import Event
from domain.organisation.events import OrganisationConfigured
from domain.telling import Command


class Rule(NamedTuple):
    """A rule's kind and name, the day it comes into force, and its body as JSON text."""

    kind: str
    name: str
    valid_from: date
    body: str


class ConfigureOrganisation(Command, frozen=True, kw_only=True):
    """Have these rules, each from its day on; those that stand already are left alone."""

    EVENT: ClassVar[type[Event]] = OrganisationConfigured

    rules: tuple[Rule, ...]
