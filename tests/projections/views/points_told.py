"""The facts of memberships, folded in memory from the events of their lives."""

from collections.abc import Sequence

import polars as pl

from domain.envelope import Event
from domain.organisation.events import OrganisationConfigured
from domain.organisation.rules import RuleBook, read_rules
from projections.facts import SPECS
from projections.facts.refold import refold
from tests.projections.facts.given import events_of
from tests.projections.logs import Logged
from tests.projections.metrics.examples import frame
from tests.projections.metrics.memory import Memory

FACTS = (
    *("members", "member_tiers", "member_lots", "point_redemptions", "point_adjustments"),
    *("entitlements", "club_visits"),
)


def told_members(events: Sequence[Event], *rules: OrganisationConfigured, zone: str = "UTC") -> Memory:
    """A source with every fact of these members, under these programmes."""
    log = [Logged(position, event) for position, event in enumerate(events, start=1)]
    book = read_rules(rules)
    facts = {name: _folded(name, log, book) for name in FACTS}
    return Memory({**facts, "organisation_rules": configured(*rules)}, zone=zone)


def configured(*rules: OrganisationConfigured) -> pl.DataFrame:
    """The fact rows of the organisation's rules."""
    fields = ("kind", "name", "valid_from", "body")
    told = [
        {
            "organisation": "organisation-x",
            "version": version,
            **{name: getattr(rule, name) for name in fields},
        }
        for version, rule in enumerate(rules, start=1)
    ]
    return frame("organisation_rules", told)


def _folded(name: str, log: list[Logged], rules: RuleBook) -> pl.DataFrame:
    spec = SPECS[name]
    return refold(spec, events_of(log, spec), rules=rules)
