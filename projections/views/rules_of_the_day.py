"""The organisation's rules as a view reads them: a rule book, and who owns a process on the day."""

from collections.abc import Sequence
from datetime import date

import msgspec
import polars as pl

from domain.organisation.process_owners import PROCESS_OWNER, owner_of
from domain.organisation.rule_bodies import BODY_TYPES
from domain.organisation.rules import RuleBook
from projections.views.reading import ViewReading


def rule_book(reading: ViewReading, *kinds: str) -> RuleBook:
    """The rules of these kinds, of every day; what an import told that is no such rule is left out."""
    return RuleBook.of(
        (kind, name, valid_from, body)
        for kind in kinds
        for name, valid_from, body in reading.rules(kind).iter_rows()
        if _is_read(kind, body)
    )


def process_owners(reading: ViewReading) -> pl.DataFrame:
    """[process, process_owner]: the unit that owns each business process on the reading's day."""
    rules = rule_book(reading, PROCESS_OWNER)
    owners = {
        process: owner_of(process, rules=rules, on=reading.day)
        for process in rules.names(PROCESS_OWNER, on=reading.day)
    }
    return pl.DataFrame(
        {"process": list(owners), "process_owner": list(owners.values())},
        schema={"process": pl.String, "process_owner": pl.String},
    )


def days_of_change(rules: RuleBook, kind: str) -> list[date]:
    """The days from which some rule of a kind reads otherwise, in order, after a day before all."""
    readings = (told for (known, _), told in rules.readings.items() if known == kind)
    return sorted({date.min, *(dated.valid_from for told in readings for dated in told)})


def last_of(days: Sequence[date], day: pl.Expr) -> pl.Expr:
    """The last of these days, in order, that is not after a day; null for an unknown day."""
    return pl.max_horizontal(*(pl.when(day >= one).then(pl.lit(one)) for one in days))


def _is_read(kind: str, body: str) -> bool:
    try:
        msgspec.json.decode(body, type=BODY_TYPES[kind] | None)
    except msgspec.MsgspecError:
        return False
    return True
