"""The organisation's rules as its configured events tell them, read as of a day, with named defaults."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple, Self, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from domain.organisation.events import OrganisationConfigured
from domain.organisation.rule_bodies import (
    DEFAULT_CONTACT_CAP,
    DEFAULT_LADDERS,
    DEFAULT_LIABILITY_RULE,
    DEFAULT_LIABLE_PARTIES,
    DEFAULT_LIMITS,
    DEFAULT_RECORDING_RULE,
    DEFAULT_ZONE,
    ContactCap,
    Ladder,
    LiabilityRule,
    RecordingRule,
    Zone,
)

Body = TypeVar("Body")

# The body that takes a rule back from its day on, as JSON text.
WITHDRAWN = "null"


class DatedBody(NamedTuple):
    """What a rule reads from a day on, as JSON text."""

    valid_from: date
    body: str


class RuleBook(msgspec.Struct, frozen=True):
    """Every rule's readings in the order they came into force; a later reading of the same day replaces."""

    readings: dict[tuple[str, str], tuple[DatedBody, ...]] = {}

    @classmethod
    def of(cls, told: Iterable[tuple[str, str, date, str]]) -> Self:
        """Bind rules told as (kind, name, valid_from, body) in the order in which they came into force."""
        readings: dict[tuple[str, str], tuple[DatedBody, ...]] = {}
        for kind, name, valid_from, body in told:
            dated = DatedBody(valid_from=valid_from, body=body)
            readings[kind, name] = (*readings.get((kind, name), ()), dated)
        return cls(readings)

    def body(self, kind: str, name: str, *, on: date) -> str | None:
        """Find the JSON text of a rule in force on a day; None if it was never configured or is withdrawn."""
        in_force = [dated.body for dated in self.readings.get((kind, name), ()) if dated.valid_from <= on]
        return in_force[-1] if in_force and in_force[-1] != WITHDRAWN else None

    def names(self, kind: str, *, on: date | None = None) -> tuple[str, ...]:
        """List the names configured under a kind: on any day, or those in force on one."""
        names = (name for known, name in self.readings if known == kind)
        return tuple(name for name in names if on is None or self.body(kind, name, on=on) is not None)

    def zone(self, *, on: date) -> ZoneInfo:
        """Find the organisation's time zone."""
        return ZoneInfo(self.read("zone", "zone", on=on, body_type=Zone, default=DEFAULT_ZONE))

    def limit(self, name: str, *, on: date) -> int:
        """Find a limit: unreached_limit, failed_limit or no_solution_minutes."""
        return self.read("limit", name, on=on, body_type=int, default=DEFAULT_LIMITS[name])

    def grave_categories(self, *, on: date) -> frozenset[str]:
        """Find the categories in which a repeated complaint is malignant; none by default."""
        return self.read(
            "grave_categories", "grave_categories", on=on, body_type=frozenset[str], default=frozenset()
        )

    def ladder_of(self, unit_kind: str | None, *, on: date) -> Ladder | None:
        """Find the escalation ladder by the kind (function) of the resolving unit."""
        return next((ladder for ladder in self.ladders(on=on) if unit_kind in ladder.unit_kinds), None)

    def ladders(self, *, on: date) -> tuple[Ladder, ...]:
        """List the escalation ladders, those configured before the default ones."""
        names = dict.fromkeys((*self.names("ladder", on=on), *DEFAULT_LADDERS))
        ladders = (self.ladder(name, on=on) for name in names)
        return tuple(ladder for ladder in ladders if ladder is not None)

    def ladder(self, name: str, *, on: date) -> Ladder | None:
        """Find a ladder by its name."""
        return self.read("ladder", name, on=on, body_type=Ladder, default=DEFAULT_LADDERS.get(name))

    def liable_parties(self, *, on: date) -> frozenset[str]:
        """Find which parties may answer for a complaint."""
        return self.read(
            "liable_parties",
            "liable_parties",
            on=on,
            body_type=frozenset[str],
            default=DEFAULT_LIABLE_PARTIES,
        )

    def liability_rule(self, *, on: date) -> LiabilityRule:
        """Find which reading of liability for a late shipment is in force."""
        return self.read(
            "liability", "late_shipment", on=on, body_type=LiabilityRule, default=DEFAULT_LIABILITY_RULE
        )

    def recording_rule(self, *, on: date) -> RecordingRule:
        """Find which calls about a late shipment are complaints."""
        return self.read(
            "recording", "late_shipment", on=on, body_type=RecordingRule, default=DEFAULT_RECORDING_RULE
        )

    def contact_caps(self, *, on: date) -> tuple[ContactCap, ...]:
        """List how often a customer may be contacted."""
        names = self.names("contact_cap", on=on) or ("any",)
        caps = (
            self.read("contact_cap", name, on=on, body_type=ContactCap, default=DEFAULT_CONTACT_CAP)
            for name in names
        )
        return tuple(dict.fromkeys(caps))

    def read(self, kind: str, name: str, *, on: date, body_type: Any, default: Body) -> Body:
        """Read a rule in force on a day as its body's type; the default where none is."""
        body = self.body(kind, name, on=on)
        read: Body = default if body is None else msgspec.json.decode(body, type=body_type)
        return read


def read_rules(events: Iterable[OrganisationConfigured]) -> RuleBook:
    """Bind the configured events, in the order told, into a book of rules."""
    book = RuleBook()
    for event in events:
        book = with_rule(book, event)
    return book


def with_rule(book: RuleBook, event: OrganisationConfigured) -> RuleBook:
    """Enter one configured rule: what was configured later stands for the same day."""
    rule = (event.kind, event.name)
    kept = [dated for dated in book.readings.get(rule, ()) if dated.valid_from != event.valid_from]
    dated = DatedBody(valid_from=event.valid_from, body=event.body)
    return RuleBook({**book.readings, rule: tuple(sorted([*kept, dated]))})


def local_day(moment: datetime, *, rules: RuleBook) -> date:
    """Find the day of a moment in the organisation's zone (as the zone stands on the UTC day)."""
    return moment.astimezone(rules.zone(on=moment.date())).date()


def last_moment_of(period_end: date, *, rules: RuleBook) -> datetime:
    """Find the last microsecond of a period that ends before `period_end`, in the organisation's zone."""
    zone = rules.zone(on=period_end)
    return datetime.combine(period_end, time(), tzinfo=zone).astimezone(UTC) - timedelta(microseconds=1)
