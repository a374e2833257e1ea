"""Whose rows may differ from those of the day before: who was touched since, and whom time has reached."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

import polars as pl
from psycopg.sql import SQL, Composable, Identifier

from projections.facts import SPECS
from projections.metrics.persons import customer_id, persons
from projections.storage.moments import Moment, begun, wholly_before
from projections.storage.reader import StoredFacts
from projections.storage.view_tables import StoredDay
from projections.views.reading import LINKS, ViewReading, customer_column
from projections.views.refresh import day_end
from projections.views.view import Aged, View

RULES = "organisation_rules"
CUSTOMERS = "customers"
TOLD_BESIDE = {"complaint_turns": "complaints"}
"""A fact that names no customer -> one that does, and whose row is touched by every event of the first."""
MOST_SHARE = 0.3
"""Above this share of all customers a day is made whole: taking so many out one by one would be dearer."""


@dataclass(frozen=True, kw_only=True)
class Since:
    """A stored day, what it knew, and what is known at the end of the next."""

    known: Moment
    knows: Moment

    @property
    def touched(self) -> Composable:
        """Rows that have begun by now, with an event that the stored day did not know."""
        unknown = SQL(
            "(last_position > {} or last_occurred_at >= {}::timestamptz"
            " or last_recorded_at >= {}::timestamptz)"
        )
        ended = str(self.known.as_of)
        return SQL("{} and {}").format(begun(self.knows), unknown.format(self.known.position, ended, ended))


def touched_since(
    source: StoredFacts, view: View, stored: StoredDay, *, now: datetime
) -> frozenset[str] | None:
    """The pseudonyms whose rows are to be made again for the day after a stored one; None: everybody's.

    Everybody's are where a rule has moved or begins, where something was touched that is about no customer,
    where the view says so of the day, and where a large share of all was.
    """
    day = stored.day + timedelta(days=1)
    since = _since(source, stored, day)
    if _has_a_rule_moved(source, since, day) or _is_more_than_customers_touched(source, view, since):
        return None
    reading = ViewReading(source=source, now=now, as_of=since.knows.as_of, known_at=since.knows.known_at)
    aged = view.aged(reading)
    if aged is None:
        return None
    once = source.once
    told = [once(("named", since, fact), partial(_named_in, source, fact, since)) for fact in view.all_facts]
    reached = [once(("reached", since, one), partial(_reached, reading, one)) for one in aged]
    found = frozenset[str]().union(*told, *reached)
    if len(found) > MOST_SHARE * max(stored.rows, once(CUSTOMERS, partial(_customers, source))):
        return None
    return _persons_of(source, found, since, now=now)


def _since(source: StoredFacts, stored: StoredDay, day: date) -> Since:
    before, ends = (day_end(one, zone=source.zone) for one in (stored.day, day))
    return Since(
        known=Moment(as_of=before, known_at=before, position=stored.position),
        knows=Moment(as_of=ends, known_at=ends, position=None),
    )


def _has_a_rule_moved(source: StoredFacts, since: Since, day: date) -> bool:
    statement = SQL("select exists (select from {} where last_position > {} or valid_from = {})").format(
        Identifier(SPECS[RULES].table), since.known.position, day
    )
    ask = partial(source.database.query, statement)
    return bool(source.once(("ruled", since, day), ask).item())


def _is_more_than_customers_touched(source: StoredFacts, view: View, since: Since) -> bool:
    known = {LINKS, RULES, *(fact for fact, beside in TOLD_BESIDE.items() if beside in view.all_facts)}
    facts = [one for one in view.all_facts if customer_column(one) is None and one not in known]
    statement = SQL("select exists (select from {} where {}) as found")
    return any(
        source.once(
            ("touched", since, fact),
            partial(_found, source, statement.format(Identifier(SPECS[fact].table), since.touched)),
        ).item()
        for fact in facts
    )


def _customers(source: StoredFacts) -> int:
    """How many customers have a stream of their own."""
    statement = SQL("select count(*) from {}").format(Identifier(SPECS[CUSTOMERS].table))
    return int(source.database.query(statement).item())


def _found(source: StoredFacts, statement: Composable) -> pl.DataFrame:
    """Ask for touched rows by the blocks that hold them: the planner would expect a third of the table."""
    with source.database.by_index():
        return source.database.query(statement)


def _named_in(source: StoredFacts, fact: str, since: Since) -> frozenset[str]:
    """The customers of rows that were touched, as they are named now, before, and at the day's end."""
    return frozenset((*_told_of(source, fact, since), *_told_of_then(source, fact, since)))


def _told_of(source: StoredFacts, fact: str, since: Since) -> list[str]:
    """The customers of rows that were touched, as the rows name them now."""
    column = customer_column(fact)
    if column is None:
        return []
    statement = SQL("select distinct {} as told from {} where {}").format(
        Identifier(column), Identifier(SPECS[fact].table), since.touched
    )
    return _ids(_found(source, statement), "told")


def _told_of_then(source: StoredFacts, fact: str, since: Since) -> list[str]:
    """The customers whom touched rows named before and at the day's end: rows can be told otherwise since."""
    column, spec = customer_column(fact), SPECS[fact]
    if column is None or column in spec.key_names:
        return []
    stream, named = spec.key_names[0], set[str]()
    for moment in (since.known, since.knows):
        statement = SQL("select distinct {} as told from {} where {} and {} and not ({})").format(
            Identifier(stream), Identifier(spec.table), since.touched, begun(moment), wholly_before(moment)
        )
        streams = _found(source, statement)["told"].to_list()
        named.update(_ids(source.as_it_was(fact, streams, moment), column))
    return sorted(named)


def _reached(reading: ViewReading, aged: Aged) -> frozenset[str]:
    """The customers of rows that count otherwise from this day on."""
    column = customer_column(aged.fact)
    if column is None:
        raise LookupError(f"{aged.fact} is about no customer, so that nobody ages by it")
    bounds = (aged.column, aged.since, aged.until)
    return frozenset(_ids(reading.facts(aged.fact, columns=[column], time=bounds, envelope=False), column))


def _ids(rows: pl.DataFrame, column: str) -> list[str]:
    return rows.select(customer_id("told", column)).drop_nulls()["told"].unique().to_list()


def _persons_of(
    source: StoredFacts, found: Collection[str], since: Since, *, now: datetime
) -> frozenset[str]:
    """With all pseudonyms of the same persons, as they are joined now and as they were."""
    links = SQL('select distinct customer as told, "to" as other from {} where {}').format(
        Identifier(SPECS[LINKS].table), since.touched
    )
    linked = source.once(("linked", since), partial(_found, source, links))
    everybody: list[str | None] = [*found, *_ids(linked, "told"), *_ids(linked, "other")]
    for moment in (since.known, since.knows):
        reading = ViewReading(
            source=source,
            now=now,
            as_of=moment.as_of,
            known_at=moment.known_at,
            at_position=moment.position,
        )
        everybody = persons(reading).everybody(everybody)
    return frozenset(one for one in everybody if one is not None)
