"""Decisions on the organisation's rules: only what changed is told, and only what can be read."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from domain.envelope import Event
from domain.errors import DomainError
from domain.organisation.commands import ConfigureOrganisation, Rule
from domain.organisation.events import OrganisationConfigured
from domain.organisation.rule_bodies import BODY_TYPES, DEFAULT_LIMITS
from domain.organisation.rules import WITHDRAWN, DatedBody, RuleBook
from domain.telling import Command, Situation, tell_as

LIMITS = frozenset({"limit", "online_limit"})


@dataclass(kw_only=True)
class RuleUnreadable(DomainError):
    """A rule's body is JSON of the form its kind asks for."""

    kind: str
    name: str
    valid_from: date
    body: str
    problem: str


def decide(rules: RuleBook, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Answer a command with the events it makes, none if it is so already; raises a DomainError."""
    asked = command.rules if isinstance(command, ConfigureOrganisation) else ()
    for rule in asked:
        check_readable(rule)
    return tuple(
        tell_as(OrganisationConfigured, command, now=situation.now, **rule._asdict())
        for rule in changed_rules(rules, asked)
    )


def changed_rules(rules: RuleBook, asked: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Leave out the rules that stand already, word for word; of one rule told twice the last counts."""
    last_told = {(rule.kind, rule.name, rule.valid_from): rule for rule in asked}
    return tuple(rule for rule in last_told.values() if not _stands(rules, rule))


def check_readable(rule: Rule) -> None:
    """Refuse a body that is not JSON, or not what its kind asks for."""
    try:
        body_type = object if rule.body == WITHDRAWN else BODY_TYPES.get(rule.kind, object)
        check_body(rule, msgspec.json.decode(rule.body, type=body_type))
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise RuleUnreadable(**rule._asdict(), problem=str(error)) from error


def check_body(rule: Rule, body: object) -> None:
    """Refuse a zone unknown or withdrawn, a limit that nothing asks for or below zero, as ValueError."""
    if rule.kind == "zone" and body is None:
        raise ValueError("a zone is replaced, not withdrawn")
    if rule.kind == "zone":
        ZoneInfo(str(body))
    if rule.kind == "limit" and rule.name not in DEFAULT_LIMITS:
        raise ValueError(f"limits are {', '.join(DEFAULT_LIMITS)}")
    if rule.kind in LIMITS and isinstance(body, int | Decimal) and body < 0:
        raise ValueError("a limit is zero or more")


def _stands(rules: RuleBook, rule: Rule) -> bool:
    return DatedBody(rule.valid_from, rule.body) in rules.readings.get((rule.kind, rule.name), ())
