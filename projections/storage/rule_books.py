"""The organisation's rules as the facts that read them know them, and by which rules stored rows were folded.

Rules carry days of their own, so neither clock of a question is asked about them; a position is.
"""

import hashlib

import msgspec
import polars as pl
from psycopg.sql import SQL, Identifier

from domain.organisation.rules import RuleBook
from projections.facts.refold import NO_RULES
from projections.facts.spec import FactSpec
from projections.storage.database import Database
from projections.storage.organisation import RULES

RULE = ("kind", "name", "valid_from")


def rule_book(database: Database, spec: FactSpec) -> RuleBook:
    """The rules of the kinds that a fact reads, as they stand; none for a fact that reads none."""
    if not spec.rules:
        return NO_RULES
    found = database.query(
        SQL("select kind, name, valid_from, body from {} where body is not null and not voided").format(
            Identifier(RULES.table)
        )
    )
    return bound(found, spec)


def bound(rows: pl.DataFrame, spec: FactSpec) -> RuleBook:
    """Bind rows of rules [kind, name, valid_from, body] of the kinds that a fact reads into a book."""
    told = rows.filter(pl.col("kind").is_in(spec.rules), pl.col("body").is_not_null())
    return RuleBook.of(told.select(*RULE, "body").sort(RULE).iter_rows())


def rules_have_moved(database: Database, spec: FactSpec) -> bool:
    """Whether a fact's rows were folded by other rules than those that stand."""
    return bool(spec.rules) and rules_differ(database, spec, rule_book(database, spec))


def rules_differ(database: Database, spec: FactSpec, rules: RuleBook) -> bool:
    """Whether these are other rules than a fact's rows were folded by."""
    return bool(spec.rules) and _noted(database, spec) != _digest(rules)


def note_rules(database: Database, spec: FactSpec) -> RuleBook:
    """Write down that a fact's rows are folded by the rules that stand, and give these."""
    rules = rule_book(database, spec)
    if spec.rules:
        _note(database, spec, _digest(rules))
    return rules


def pass_rules_on(database: Database, built: FactSpec, served: FactSpec) -> None:
    """Let the served rows be known to be folded by what the built ones were."""
    digest = _noted(database, built)
    if digest is not None:
        _note(database, served, digest)


def _noted(database: Database, spec: FactSpec) -> str | None:
    found = database.query(SQL("select value from store_meta where name = {}").format(_name(spec)))
    return str(found.item()) if found.height else None


def _note(database: Database, spec: FactSpec, digest: str) -> None:
    database.run(
        SQL(
            "insert into store_meta (name, value) values ({}, {})"
            " on conflict (name) do update set value = excluded.value"
        ).format(_name(spec), digest)
    )


def _name(spec: FactSpec) -> str:
    return f"rules_read:{spec.table}"


def _digest(rules: RuleBook) -> str:
    readings = sorted((*rule, *dated) for rule, readings in rules.readings.items() for dated in readings)
    return hashlib.sha256(msgspec.json.encode(readings)).hexdigest()
