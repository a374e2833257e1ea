"""The organisation's zone as the facts know it, and sums counted again when it has moved."""

import json

from psycopg.sql import SQL, Identifier

from domain.organisation.rule_bodies import DEFAULT_ZONE
from projections.facts import SPECS
from projections.facts.organisation_rules import OrganisationRule
from projections.facts.spec import FactSpec
from projections.metrics.contributions import contributions
from projections.storage.database import Database, selected
from projections.storage.tables import sum_types

RULES = SPECS[OrganisationRule.NAME]
ZONE_BODY = SQL(
    "select body from {} where kind = 'zone' and body is not null and not voided"
    " order by valid_from desc, last_position desc limit 1"
).format(Identifier(RULES.table))
"""Selects the zone's rule with the latest `valid_from`, if there is any."""


def organisation_zone(database: Database) -> str:
    """The IANA name of the zone whose days the sums are kept in; the rule with the latest `valid_from`."""
    bodies = database.query(ZONE_BODY).get_column("body").to_list()
    return zone_of(bodies[0] if bodies else None)


def zone_of(body: str | None) -> str:
    """The zone that a rule's body names; without a rule that of the country."""
    return DEFAULT_ZONE if body is None else str(json.loads(body))


def resum_if_moved(database: Database, fact: FactSpec, *, zone: str) -> None:
    """Count a fact's sums again from its rows if they were kept in another zone."""
    name = f"sums_zone:{fact.sums_table}"
    kept = database.query(SQL("select value from store_meta where name = {}").format(name))
    if kept.height and kept.item() == zone:
        return
    if kept.height:
        resum(database, fact, zone=zone)
    note_zone(database, fact, zone=zone)


def note_zone(database: Database, *facts: FactSpec, zone: str) -> None:
    """Write down in which zone's days the sums of facts are kept."""
    database.run(
        SQL(
            "insert into store_meta (name, value) select name, {} from unnest({}::text[]) as name"
            " on conflict (name) do update set value = excluded.value"
        ).format(zone, [f"sums_zone:{fact.sums_table}" for fact in facts])
    )


def resum(database: Database, fact: FactSpec, *, zone: str) -> None:
    """Count the sums of a fact from its rows."""
    statement = SQL("select {} from {}").format(selected(fact.pg_types), Identifier(fact.table))
    rows = database.read(statement, fact.schema)
    database.run(SQL("delete from {}").format(Identifier(fact.sums_table)))
    database.copy(
        fact.sums_table, contributions(fact.name, rows, zone=zone).select(sum_types(fact.name).keys())
    )
